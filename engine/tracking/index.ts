export { tagsOfColumns } from './column-tags.ts';
export type { ExperimentRecord, Search } from './experiment-records.ts';
export type { LoggedModel } from './logged-model-rows.ts';
export type { HistoryPoint } from './metric-history.ts';
export { captionPath, objectStem } from './objects/layouts.ts';
export type { Purged } from './purge.ts';
export type { RunDataset, RunRecord } from './run-records.ts';
export * from './tracking-service.ts';
export { createTracking } from './workspace-tracking.ts';
