import type {
  Cell,
  ExplanationMethod,
  ExplanationScale,
  PermutationImportance,
} from '../../../local-api/contract/index.ts';
import { formatNumber, NO_VALUE } from '../../app/format.ts';

/** What contributions are in, for axes. `output` is the class; null for a number. */
export function scaleName(scale: ExplanationScale, output: string | null, target: string): string {
  const what = output ?? target;
  const names: Record<ExplanationScale, string> = {
    value: what,
    log: `logarithm of ${what}`,
    probability: `probability of ${what}`,
    'log-odds': `log-odds of ${what}`,
    score: `raw score of ${what}`,
  };
  return names[scale];
}

const methods: Record<ExplanationMethod, string> = {
  'tree-interventional': 'exact Shapley values of the trees (interventional TreeSHAP)',
  'tree-path-dependent':
    'exact Shapley values of the trees, by the shares of rows on each branch (path-dependent TreeSHAP)',
  linear: 'exact Shapley values of the linear model',
  'all-coalitions': 'Shapley values from all coalitions of inputs',
  kernel: 'sampled Shapley values (KernelSHAP)',
  permutation: 'sampled Shapley values (orders of inputs)',
};

export const methodName = (method: ExplanationMethod): string => methods[method];

const metricNames: Partial<Record<PermutationImportance['metric'], string>> = {
  log_loss: 'log loss',
  auc: 'AUC',
  rmse: 'RMSE',
  mae: 'MAE',
  r2: 'R²',
  f1: 'F1',
  brier: 'Brier score',
};

export const metricName = (metric: PermutationImportance['metric']): string => metricNames[metric] ?? metric;

export function cellText(cell: Cell | undefined): string {
  if (cell === null || cell === undefined) return NO_VALUE;
  return typeof cell === 'number' ? formatNumber(cell, 4) : String(cell);
}
