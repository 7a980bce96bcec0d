import { recipeOfTrial, type TrialRecord } from '../../../local-api/contract/index.ts';
import type { JobContext } from '../../jobs/index.ts';
import type { NestedRunMessage } from '../nested-runs.ts';
import { runParams } from '../run-params.ts';
import { summariseFolds } from '../validation/summarise-folds.ts';
import type { ResolvedObjective } from './objectives.ts';
import type { SearchOptions } from './run-search.ts';
import type { Scope } from './scope.ts';
import type { StudyJobInput } from './study-job.ts';
import { trialFile, trialStateTag, trialValuesTag } from './trial-files.ts';

/** As runs know it: what was given up or cut off has been ended from outside. */
export const statusOf = {
  complete: 'finished',
  failed: 'failed',
  pruned: 'killed',
  cut: 'killed',
  running: 'killed',
} as const satisfies Record<TrialRecord['state'], string>;

/** Tells the host of trials as runs below the search, and people a line a trial. */
export function trialTeller(
  { input, send, log }: JobContext<StudyJobInput>,
  objectives: readonly ResolvedObjective[],
  scope: Scope,
  onEnd: (state: { ended: number; line: string }) => void,
): SearchOptions['tell'] {
  const tell = (message: NestedRunMessage): void => send(message);
  const ended = new Set<number>();
  let best = Number.POSITIVE_INFINITY;
  const keyOf = (trial: number): string =>
    scope === null ? `trial ${trial + 1}` : `outer ${scope + 1} trial ${trial + 1}`;
  return {
    begins({ trial, values }) {
      const { name: dataset, version } = input.dataset;
      const params = {
        ...runParams(recipeOfTrial(input.recipe, values), { dataset, version }),
        trial: String(trial + 1),
        ...(scope === null ? {} : { outer: String(scope + 1) }),
      };
      const key = keyOf(trial);
      tell({
        type: 'nested',
        what: 'begins',
        key,
        name: key,
        params,
        tags: { [trialStateTag]: 'running', [trialValuesTag]: JSON.stringify(values).slice(0, 8000) },
      });
    },
    points: (trial, points) => tell({ type: 'nested', what: 'tells', key: keyOf(trial), points }),
    ends(record) {
      const key = keyOf(record.trial);
      tell({
        type: 'nested',
        what: 'ends',
        key,
        status: statusOf[record.state],
        points: pointsOf(record),
        params: {},
        tags: {
          [trialStateTag]: record.state,
          ...(record.error === null ? {} : { 'assay.error': record.error.slice(0, 8000) }),
        },
        files: { [trialFile]: `${JSON.stringify(record)}\n` },
      });
      ended.add(record.trial);
      const loss = record.rungs.at(-1)?.losses?.[0];
      if (record.state === 'complete' && loss !== undefined) best = Math.min(best, loss);
      const line = lineOf(key, record, objectives, best);
      log(line, record.state === 'failed' ? 'warn' : 'info');
      onEnd({ ended: ended.size, line });
    },
  };
}

/** Means of the last rung with their standard errors, each fold as a step of its own curve, and the facts. */
export function pointsOf({
  rungs,
  latencyMs,
  batchMs,
  modelBytes,
}: TrialRecord): (NestedRunMessage & { what: 'ends' })['points'] {
  const last = rungs.at(-1);
  if (last === undefined || last.folds.length === 0) return [];
  const facts = { latency_ms: latencyMs, batch_ms: batchMs, model_bytes: modelBytes };
  const seconds = last.seconds.reduce((sum, one) => sum + one, 0) / last.seconds.length;
  const points = [
    ...Object.entries(summariseFolds(last.folds)).flatMap(([key, { mean, se }]) => [
      { key, value: mean, step: last.rung },
      ...(se === null ? [] : [{ key: `${key}_se`, value: se, step: last.rung }]),
    ]),
    ...(last.folds.length < 2
      ? []
      : last.folds.flatMap(({ metrics }, fold) =>
          Object.entries(metrics).map(([key, value]) => ({ key: `fold_${key}`, value, step: fold + 1 })),
        )),
    { key: 'fit_seconds', value: seconds, step: last.rung },
    ...Object.entries(facts).flatMap(([key, value]) =>
      value === null ? [] : [{ key, value, step: last.rung }],
    ),
  ];
  return points.filter(({ value }) => Number.isFinite(value));
}

function lineOf(
  key: string,
  { state, rungs, error, values }: TrialRecord,
  objectives: readonly ResolvedObjective[],
  best: number,
): string {
  const settings = Object.entries(values)
    .map(([path, value]) => `${path.replace(/^trainer\./, '')}=${shown(value)}`)
    .join(' ');
  const name = `${key.charAt(0).toUpperCase()}${key.slice(1)}`;
  if (state === 'failed') return `${name} failed: ${error} (${settings})`;
  const last = rungs.at(-1);
  const summary = last === undefined ? {} : summariseFolds(last.folds);
  const figures = objectives.map(({ metric }) => {
    const { mean, se } = summary[metric] ?? { mean: Number.NaN, se: null };
    return `${metric} ${shown(mean)}${se === null ? '' : ` ± ${shown(se)}`}`;
  });
  const [first] = objectives;
  const bestShown = shown(first?.direction === 'higher' ? -best : best);
  const budget =
    last === undefined || last.share === 1 ? '' : ` with ${Math.round(100 * last.share)} % of the budget`;
  const word =
    state === 'cut'
      ? 'cut off'
      : state === 'pruned'
        ? figures.join(', ')
        : `${figures.join(', ')}, best ${bestShown}`;
  return `${name}${budget}: ${word} (${settings})`;
}

function shown(value: unknown): string {
  return typeof value === 'number'
    ? String(Number(value.toPrecision(4)))
    : typeof value === 'string'
      ? value
      : JSON.stringify(value);
}
