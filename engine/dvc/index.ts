export { createDvcService, type DvcService } from './create-dvc-service.ts';
export { loadDvcConfig } from './dvc-config.ts';
export { type DvcRequest, type ReadDvc, readDvc } from './read-dvc.ts';
export { readyStores } from './ready-stores.ts';
export { findRepository, isDvcPath } from './repository.ts';
