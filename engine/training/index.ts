export { createTrainingService } from './create-training-service.ts';
export * from './training-service.ts';
