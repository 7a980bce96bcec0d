export { compareColumns } from './compare-columns.ts';
export { compareSnapshots, type SnapshotComparison } from './compare-snapshots.ts';
export { createDriftService } from './create-drift-service.ts';
export { planDrift } from './drift-plan.ts';
export * from './drift-service.ts';
export { createMonitorService, type MonitorService } from './monitors/index.ts';
export { windowOf } from './read-windows.ts';
export { writeDriftReport } from './report/write-report.ts';
export { createDriftSeriesService, type DriftSeriesService } from './series/create-series-service.ts';
