import type {
  Importance,
  ImportanceRequest,
  ParamImportance,
  RunRow,
} from '../../local-api/contract/index.ts';
import { forestImportance } from '../statistics/index.ts';
import { fieldName } from '../store/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { breather } from './breather.ts';
import { type ParamColumn, paramColumn } from './param-columns.ts';
import { metricField, metricValue, readRuns } from './run-values.ts';

/** Below it a forest learns next to nothing and says so with a poor R²; fewer than this it is not grown. */
const FEWEST_TO_LEARN = 5;
const FEWEST_TO_TRUST = 20;
const MOST_PARAMS = 200;
const SEED = 1;

const METHOD =
  'Permutation importance of a random forest of 100 trees: how much its squared error on runs it has not seen grows when the values of a param are shuffled (Breiman 2001).';

/** See `ComparisonService.importance`. */
export async function importance(
  tracking: Pick<TrackingService, 'listRuns'>,
  request: ImportanceRequest,
): Promise<Importance> {
  const asked = request.params?.map((param) => fieldName('params', param)) ?? ['params'];
  const read = await readRuns(tracking, request, [metricField(request.metric), ...asked]);
  const runs = read.filter((run) =>
    Number.isFinite(metricValue(run, request.metric, request.summary) ?? Number.NaN),
  );
  const target = Float64Array.from(runs, (run) => metricValue(run, request.metric, request.summary) ?? 0);
  const pause = breather();
  const { columns, leftOut } = await columnsOf(runs, target, request.params, pause);
  const isConstant = target.every((value) => value === target[0]);
  const canLearn = runs.length >= FEWEST_TO_LEARN && columns.length > 0 && !isConstant;
  const forest = canLearn
    ? await forestImportance(
        columns.map(({ coded }) => coded),
        target,
        SEED,
        pause,
      )
    : { importance: new Float64Array(columns.length), r2: Number.NaN };
  const gains = Array.from(forest.importance, (gain) => Math.max(0, gain));
  const total = gains.reduce((sum, gain) => sum + gain, 0);
  const params = columns.map(({ coded: _, ...column }, place): ParamImportance => {
    return { ...column, importance: total > 0 ? (gains[place] ?? 0) / total : 0 };
  });
  params.sort(
    (a, b) => b.importance - a.importance || Math.abs(b.correlation ?? 0) - Math.abs(a.correlation ?? 0),
  );
  const r2 = Number.isFinite(forest.r2) ? forest.r2 : null;
  return {
    metric: request.metric,
    runs: runs.length,
    method: METHOD,
    r2,
    trustworthy: r2 !== null && r2 > 0 && runs.length >= FEWEST_TO_TRUST,
    caveat: caveatOf({ runs: runs.length, params: columns.length, isConstant, r2 }),
    params,
    leftOut,
  };
}

async function columnsOf(
  runs: readonly RunRow[],
  target: Float64Array,
  asked: readonly string[] | undefined,
  pause: () => Promise<void>,
): Promise<{ columns: ParamColumn[]; leftOut: Importance['leftOut'] }> {
  const names = asked ?? [...new Set(runs.flatMap((run) => Object.keys(run.params ?? {})))].sort();
  const columns: ParamColumn[] = [];
  const leftOut: Importance['leftOut'] = [];
  for (const param of names) {
    await pause();
    const column = paramColumn(
      param,
      runs.map((run) => run.params?.[param] ?? null),
      target,
    );
    if ('reason' in column) leftOut.push({ param, reason: column.reason });
    else if (columns.length >= MOST_PARAMS)
      leftOut.push({ param, reason: `is beyond the first ${MOST_PARAMS} that vary; name it to have it` });
    else columns.push(column);
  }
  return { columns, leftOut };
}

function caveatOf(facts: {
  runs: number;
  params: number;
  isConstant: boolean;
  r2: number | null;
}): string | null {
  if (facts.runs === 0) return 'No run has a finite value of the metric.';
  if (facts.params === 0) return 'No param varies between these runs.';
  if (facts.isConstant) return 'The metric is the same in all runs.';
  if (facts.runs < FEWEST_TO_TRUST)
    return `Not trustworthy: ${facts.runs} runs are too few to tell which params matter; at least ${FEWEST_TO_TRUST} are needed.`;
  if (facts.r2 === null || facts.r2 <= 0)
    return 'Not trustworthy: the params do not predict the metric of runs that the forest has not seen (R² ≤ 0).';
  if (facts.r2 < 0.3)
    return `Params explain little of the metric (R² ${facts.r2.toFixed(2)}): the shares divide that little up.`;
  return null;
}
