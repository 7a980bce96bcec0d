export * from './tracking-service.ts';
export { createTracking } from './workspace-tracking.ts';
