export { createDatasetRemotes, type DatasetRemotes } from './create-dataset-remotes.ts';
