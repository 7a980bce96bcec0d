export * from './settings-service.ts';
