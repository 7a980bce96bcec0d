export * from './data-service.ts';
