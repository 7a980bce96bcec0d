export { createModelRegistry } from './create-model-registry.ts';
export { checksumsOf, type ExportSources, exportFiles, sortedFiles } from './export/export-files.ts';
export { exportTarget } from './export/target-folder.ts';
export * from './model-registry.ts';
export { createReleaseService } from './releases/create-release-service.ts';
export type { ReleaseService } from './releases/release-service.ts';
