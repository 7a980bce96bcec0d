import type { Task } from './draft.ts';

/** Figures that a search can aim at besides the quality of the answers: what a model costs. */
const costs = ['fit_seconds', 'latency_ms', 'model_bytes'];

const byTask: Partial<Record<Task, readonly string[]>> = {
  classification: [
    'log_loss',
    'auc',
    'average_precision',
    'accuracy',
    'balanced_accuracy',
    'f1',
    'f1_weighted',
    'precision',
    'recall',
    'specificity',
    'mcc',
    'kappa',
    'brier',
    'ece',
  ],
  regression: ['rmse', 'mae', 'median_ae', 'mape', 'r2', 'explained_variance'],
};

/** Metrics of how good answers are, the usual one first. */
export const qualityNames = (task: Task): string[] => [...(byTask[task] ?? [])];

/** Metrics to choose from as the aim of a search, the usual one first; others can be named by hand. */
export const metricNames = (task: Task): string[] => [...qualityNames(task), ...costs];
