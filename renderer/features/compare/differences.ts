import type { RealNumber, Run } from '../../../local-api/contract/index.ts';
import { isMarkTag } from '../runs/run-marks.ts';

/** One line of a side-by-side table: a key and what each run has under it. */
export type ComparedRow<V> = { key: string; values: (V | null)[]; differs: boolean };

type Keyed<V> = Readonly<Record<string, V>>;

/**
 * Lines up what several runs logged under the same keys.
 *
 * @param records one record a run, in the order of the columns
 * @param text how a value reads; two values differ when they read differently
 * @returns every key that any run has, in alphabetical order
 */
export function compareRecords<V>(
  records: readonly Keyed<V>[],
  text: (value: V) => string,
): ComparedRow<V>[] {
  const keys = new Set(records.flatMap((record) => Object.keys(record)));
  return [...keys]
    .sort((a, b) => a.localeCompare(b))
    .map((key) => {
      const values = records.map((record) => record[key] ?? null);
      const seen = new Set(values.map((value) => (value === null ? null : text(value))));
      return { key, values, differs: seen.size > 1 };
    });
}

/** Whether a larger value of a metric is better, judged by its name; null where the name does not tell. */
export function betterDirection(key: string): 'higher' | 'lower' | null {
  const name = key.toLowerCase();
  if (
    /(^|[._/-])(log_?loss|loss|error|err|rmse|mse|mae|mape|brier|ece|deviance|seconds|latency|perplexity|median_ae)([._/-]|$)/.test(
      name,
    )
  ) {
    return 'lower';
  }
  if (
    /(^|[._/-])(auc|accuracy|acc|f1|precision|recall|r2|auroc|auprc|ap|score|specificity|sensitivity|mcc|kappa)([._/-]|$)/.test(
      name,
    )
  ) {
    return 'higher';
  }
  return null;
}

/** Positions of the best values; none where the name of the metric gives no direction or all are the same. */
export function bestPositions(key: string, values: readonly (RealNumber | null)[]): number[] {
  const direction = betterDirection(key);
  const numbers = values.filter((value): value is number => typeof value === 'number');
  if (direction === null || new Set(numbers).size < 2) return [];
  const best = direction === 'higher' ? Math.max(...numbers) : Math.min(...numbers);
  return values.flatMap((value, index) => (value === best ? [index] : []));
}

export const MAX_COMPARED = 200;

/** Reads the `runs` parameter of the address: ids separated by commas, each once, at most 200. */
export function readRunIds(text: string | undefined): string[] {
  const ids = (text ?? '').split(',').map((id) => id.trim());
  return [...new Set(ids.filter((id) => id !== ''))].slice(0, MAX_COMPARED);
}

const LONG = 120;

/** Whether a value is better read as a text, line by line. */
export function isLongText(value: string): boolean {
  return value.length > LONG || value.includes('\n');
}

const facts = /^(assay\.(git\.|os$|cpu$|gpu$|host$|node$|python$|version$|command$|cwd$)|mlflow\.source\.)/;

/** What code a run ran, on what machine: kept in tags, and told apart from those that people set. */
export function factsOf(run: Run): Record<string, string> {
  const found = Object.entries(run.tags).filter(([key]) => facts.test(key));
  return { user: run.user, source: run.source, ...Object.fromEntries(found) };
}

/** Tags that are neither facts nor marks. */
export function plainTagsOf(run: Run): Record<string, string> {
  return Object.fromEntries(Object.entries(run.tags).filter(([key]) => !facts.test(key) && !isMarkTag(key)));
}
