export { createMonitorService } from './create-monitor-service.ts';
export type { MonitorService } from './monitor-service.ts';
