export * from './drift-service.ts';
