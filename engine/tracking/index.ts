export * from './tracking-service.ts';
