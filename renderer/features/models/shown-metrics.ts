import type { ModelVersion } from '../../../local-api/contract/index.ts';

const telling = ['auc', 'log_loss', 'accuracy', 'f1', 'brier', 'rmse', 'mae', 'r2', 'ndcg', 'map'];

/** The metrics worth a column: those that tell most first, then the others that any version has, at most `limit`. */
export function shownMetrics(versions: readonly Pick<ModelVersion, 'metrics'>[], limit: number): string[] {
  const present = new Set(versions.flatMap((version) => Object.keys(version.metrics)));
  const first = telling.filter((key) => present.has(key));
  const others = [...present].filter((key) => !telling.includes(key)).sort((a, b) => a.localeCompare(b));
  return [...first, ...others].slice(0, limit);
}
