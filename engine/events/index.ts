export * from './event-bus.ts';
export { createEventBus } from './workspace-event-bus.ts';
