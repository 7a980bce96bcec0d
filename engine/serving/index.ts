export * from './serving-service.ts';
