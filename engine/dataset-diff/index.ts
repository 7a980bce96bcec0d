export { createDatasetDiffService } from './create-dataset-diff-service.ts';
export * from './dataset-diff-service.ts';
export { type DifferingVersions, differingRows } from './differing-rows.ts';
