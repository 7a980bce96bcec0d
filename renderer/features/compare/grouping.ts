import type { Run } from '../../../local-api/contract/index.ts';
import { isMarkTag } from '../runs/run-marks.ts';

/** Runs with the same value of a param, tag or field. */
export type RunGroup = { value: string | null; runs: Run[] };

const fields = ['status', 'user', 'source', 'name', 'experimentId', 'parentRunId'] as const;

/** The text of a run under `params.x`, `tags.y` or a field; null when it has none. */
export function textOf(run: Run, key: string): string | null {
  if (key.startsWith('params.')) return run.params[key.slice(7)] ?? null;
  if (key.startsWith('tags.')) return run.tags[key.slice(5)] ?? null;
  const field = fields.find((name) => name === key);
  return field === undefined ? null : run[field];
}

/** Groups in the order of their values, numbers by size; runs without the key come last. */
export function groupRuns(runs: readonly Run[], key: string): RunGroup[] {
  const groups = new Map<string | null, Run[]>();
  for (const run of runs) {
    const value = textOf(run, key);
    groups.set(value, [...(groups.get(value) ?? []), run]);
  }
  return [...groups]
    .map(([value, members]) => ({ value, runs: members }))
    .sort((a, b) => compareValues(a.value, b.value));
}

/** Orders texts that are numbers by size, others by letters, nothing last. */
export function compareValues(a: string | null, b: string | null): number {
  if (a === null || b === null) return a === b ? 0 : a === null ? 1 : -1;
  const difference = Number(a) - Number(b);
  return Number.isNaN(difference) ? a.localeCompare(b) : difference;
}

/** How a group is called. */
export function groupName(key: string, value: string | null): string {
  const short = key.replace(/^(params|tags)\./, '');
  return value === null ? `without ${short}` : `${short} ${value}`;
}

/** What runs can be grouped by: params and tags with more than one value, but not one for every run. */
export function groupKeys(runs: readonly Run[]): string[] {
  const params = new Set(runs.flatMap((run) => Object.keys(run.params)));
  const tags = new Set(runs.flatMap((run) => Object.keys(run.tags)).filter((key) => !isMarkTag(key)));
  const all = [
    ...[...params].sort().map((key) => `params.${key}`),
    ...[...tags].sort().map((key) => `tags.${key}`),
    ...fields,
  ];
  return all.filter((key) => {
    const values = new Set(runs.map((run) => textOf(run, key)));
    return values.size > 1 && values.size < runs.length;
  });
}

const repeats = /^(params|tags)\.(.*[._/-])?(seed|random_state|fold|cv_fold|split|repeat|trial)$/i;

/** The param or tag that says which repetition a run is, if there is one: partners of different groups share its value. */
export function guessPairKey(runs: readonly Run[], groupBy: string): string | null {
  const keys = new Set(
    runs.flatMap((run) => [
      ...Object.keys(run.params).map((key) => `params.${key}`),
      ...Object.keys(run.tags).map((key) => `tags.${key}`),
    ]),
  );
  const found = [...keys].filter((key) => key !== groupBy && repeats.test(key)).sort();
  return found.find((key) => new Set(runs.map((run) => textOf(run, key))).size > 1) ?? null;
}
