export * from './training-service.ts';
