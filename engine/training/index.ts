export { createTrainingService, type TrainingServiceOptions } from './create-training-service.ts';
export * from './training-service.ts';
