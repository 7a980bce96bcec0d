export { createTracingService } from './create-tracing-service.ts';
export * from './tracing-service.ts';
