export { createDriftService } from './create-drift-service.ts';
export { type DriftJobInput, run as compareSnapshots } from './drift-job.ts';
export { planDrift } from './drift-plan.ts';
export * from './drift-service.ts';
export { createMonitorService, type MonitorService } from './monitors/index.ts';
