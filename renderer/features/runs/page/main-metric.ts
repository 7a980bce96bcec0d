import type { RunRow } from '../../../../local-api/contract/index.ts';
import { systemPrefix } from './system-metrics.ts';

/** What people look at first, where it was logged. */
const preferred = [
  'auc',
  'val_auc',
  'accuracy',
  'val_accuracy',
  'f1',
  'rmse',
  'ndcg',
  'val_loss',
  'log_loss',
  'loss',
];

/** The metric that most of the runs have; among equals the one people look at first. Null without metrics. */
export function mainMetric(rows: readonly Pick<RunRow, 'metrics'>[]): string | null {
  const counts = new Map<string, number>();
  for (const { metrics } of rows)
    for (const key of Object.keys(metrics ?? {}))
      if (!key.startsWith(systemPrefix)) counts.set(key, (counts.get(key) ?? 0) + 1);
  const place = (key: string): number => {
    const index = preferred.indexOf(key);
    return index < 0 ? preferred.length : index;
  };
  const [first] = [...counts].sort(
    ([a, many], [b, others]) => others - many || place(a) - place(b) || a.localeCompare(b),
  );
  return first?.[0] ?? null;
}
