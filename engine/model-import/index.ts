export { createModelImport } from './create-model-import.ts';
export type { ModelImportService } from './model-import-service.ts';
