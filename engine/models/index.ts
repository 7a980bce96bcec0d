export { createModelRegistry } from './create-model-registry.ts';
export { checksumsOf, type ExportSources, exportFiles, sortedFiles } from './export/export-files.ts';
export * from './model-registry.ts';
