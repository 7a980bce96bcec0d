export { createTrainingService } from './create-training-service.ts';
export { answersOf } from './model-answers.ts';
export { parseReportLine, type ReportLine, unpackRunFiles } from './outside/report.ts';
export { orderFiles, readTrainingProgram, trainingOrder } from './outside/training-order.ts';
export { readTable, type TableColumn, type TableColumnRequest, type TrainingTable } from './table.ts';
export type { TrainJobInput, TrainJobOutput } from './train-job.ts';
export { trainingHandler } from './training-handler.ts';
export * from './training-service.ts';
