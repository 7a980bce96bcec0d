export { createTrainingService } from './create-training-service.ts';
export { answersOf } from './model-answers.ts';
export { readTable, type TableColumn, type TableColumnRequest, type TrainingTable } from './table.ts';
export * from './training-service.ts';
