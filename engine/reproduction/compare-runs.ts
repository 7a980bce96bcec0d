import type {
  ArtifactEntry,
  RealNumber,
  ReproductionReport,
  ReproductionVerdict,
  Run,
} from '../../local-api/contract/index.ts';
import { factFiles } from '../run-facts/index.ts';
import type { EnvironmentDifference } from './run-environment.ts';

/** Metrics this close are the same: the last digits depend on the order in which processors add. */
const tolerance = 1e-9;
const maxListed = 200;
/** What tells of one execution and never repeats. */
const ownFiles: ReadonlySet<string> = new Set([factFiles.environment, factFiles.output, 'reproduction.json']);
const ownFolders = ['source/', 'logs/'];
const systemPrefix = 'system/';
const modelFile = 'model/model.onnx';

/** A run with what is compared of it. */
export type ComparedRun = { run: Run; files: readonly ArtifactEntry[] };

/**
 * Compares a run with the one it was made to reproduce: last, lowest and highest value of each metric (those of the system
 * aside), digests of model, data and files. Cost: linear in metrics and files.
 */
export function compareRuns(
  original: ComparedRun,
  reproduced: ComparedRun,
  environment: readonly EnvironmentDifference[],
  comparedAtMs: number,
): ReproductionReport {
  const metrics = compareMetrics(original.run, reproduced.run);
  const files = compareFiles(original.files, reproduced.files);
  const model = compareModels(original.files, reproduced.files);
  const data = compareData(original.run, reproduced.run);
  const found = { metrics: metrics.report, files: files.report, model, data };
  const verdict = verdictOf(reproduced.run, found, metrics.isNear);
  return {
    version: 1,
    originalRunId: original.run.id,
    runId: reproduced.run.id,
    comparedAtMs,
    verdict,
    summary: summaryOf(verdict, reproduced.run, found, environment),
    model,
    metrics: { ...metrics.report, differing: metrics.report.differing.slice(0, maxListed) },
    data,
    files: files.report,
    environment: environment.slice(0, maxListed),
  };
}

type Found = Pick<ReproductionReport, 'metrics' | 'files' | 'model' | 'data'>;

function compareMetrics(original: Run, reproduced: Run) {
  const keysOf = (run: Run): string[] =>
    Object.keys(run.metrics).filter((key) => !key.startsWith(systemPrefix));
  const shared = keysOf(original).filter((key) => reproduced.metrics[key] !== undefined);
  const differing: (ReproductionReport['metrics']['differing'][number] & { difference: number })[] = [];
  for (const key of shared) {
    for (const statistic of ['last', 'min', 'max'] as const) {
      const before = original.metrics[key]?.[statistic] ?? null;
      const after = reproduced.metrics[key]?.[statistic] ?? null;
      if (before === after) continue;
      differing.push({
        key,
        statistic,
        original: before,
        reproduced: after,
        difference: distance(before, after),
      });
    }
  }
  differing.sort((a, b) => b.difference - a.difference);
  const largest = differing[0]?.difference ?? 0;
  const report: Found['metrics'] = {
    compared: shared.length,
    maxDifference: Number.isFinite(largest) ? largest : 'Infinity',
    differing: differing.map(({ difference: _, ...entry }) => entry),
    onlyOriginal: keysOf(original).filter((key) => reproduced.metrics[key] === undefined),
    onlyReproduced: keysOf(reproduced).filter((key) => original.metrics[key] === undefined),
  };
  return { report, isNear: largest <= tolerance };
}

/** NaN and the infinities are as far from a number as can be. */
function distance(a: RealNumber | null, b: RealNumber | null): number {
  return typeof a === 'number' && typeof b === 'number' ? Math.abs(a - b) : Number.POSITIVE_INFINITY;
}

function compareFiles(original: readonly ArtifactEntry[], reproduced: readonly ArtifactEntry[]) {
  const before = digestsOf(original);
  const after = digestsOf(reproduced);
  const shared = [...before.keys()].filter((path) => after.has(path));
  return {
    report: {
      compared: shared.length,
      differing: shared.filter((path) => before.get(path) !== after.get(path)),
      onlyOriginal: [...before.keys()].filter((path) => !after.has(path)),
      onlyReproduced: [...after.keys()].filter((path) => !before.has(path)),
    },
  };
}

function digestsOf(files: readonly ArtifactEntry[]): Map<string, string> {
  return new Map(
    files.flatMap(({ path, digest }) =>
      digest === null || ownFiles.has(path) || ownFolders.some((folder) => path.startsWith(folder))
        ? []
        : [[path, digest] as const],
    ),
  );
}

function compareModels(
  original: readonly ArtifactEntry[],
  reproduced: readonly ArtifactEntry[],
): Found['model'] {
  const find = (files: readonly ArtifactEntry[]): string | null =>
    files.find(({ path }) => path === modelFile)?.digest ?? null;
  const pair = { original: find(original), reproduced: find(reproduced) };
  if (pair.original === null && pair.reproduced === null) return null;
  return { ...pair, equal: pair.original === pair.reproduced };
}

/** Inputs in pairs by their place: the same run takes the same data in the same order. */
function compareData(original: Run, reproduced: Run): Found['data'] {
  const length = Math.max(original.inputs.length, reproduced.inputs.length);
  return Array.from({ length }, (_, index) => {
    const before = original.inputs[index];
    const after = reproduced.inputs[index];
    const pair = { original: before?.digest ?? null, reproduced: after?.digest ?? null };
    return { name: before?.name ?? after?.name ?? '', ...pair, equal: pair.original === pair.reproduced };
  });
}

/** A training is its model; the files around it may name the run. Of a command all files count. */
function verdictOf(run: Run, { metrics, files, model }: Found, isNear: boolean): ReproductionVerdict {
  if (run.status !== 'finished') return 'failed';
  const others = files.onlyOriginal.length + files.onlyReproduced.length;
  if (metrics.compared + files.compared + others === 0 && metrics.onlyOriginal.length === 0)
    return metrics.onlyReproduced.length === 0 ? 'nothing-to-compare' : 'differs';
  if (metrics.onlyOriginal.length + metrics.onlyReproduced.length > 0 || !isNear) return 'differs';
  const sameBytes = model === null ? files.differing.length + others === 0 : model.equal;
  if (sameBytes && metrics.differing.length === 0) return 'identical';
  return metrics.compared > 0 ? 'same-metrics' : 'differs';
}

function summaryOf(
  verdict: ReproductionVerdict,
  run: Run,
  found: Found,
  environment: readonly EnvironmentDifference[],
): string {
  const { metrics, files, model, data } = found;
  const cause = causeOf(data, environment);
  switch (verdict) {
    case 'identical':
      return model === null
        ? `Identical: the same metrics${files.compared > 0 ? ' and the same bytes in every file' : ''}.`
        : 'Identical: the same model bytes and the same metrics.';
    case 'same-metrics':
      return `The same metrics (to ${tolerance}), other ${model === null ? 'files' : 'model bytes'}${cause}.`;
    case 'nothing-to-compare':
      return 'It ran again, but neither run logged metrics or files, so nothing can be compared.';
    case 'failed':
      return `The run was not reproduced: it is ${run.status}${reasonOf(run)}.`;
    default:
      return `Differs: ${differenceOf(metrics, files)}${cause}.`;
  }
}

function differenceOf(metrics: Found['metrics'], files: Found['files']): string {
  const [largest] = metrics.differing;
  const missing = [...metrics.onlyOriginal, ...metrics.onlyReproduced];
  if (largest !== undefined && metrics.maxDifference !== 0)
    return `${largest.key} (${largest.statistic}) was ${largest.original} and is ${largest.reproduced}`;
  if (missing.length > 0) return `only one of the two runs has the metric ${missing[0]}`;
  return `${files.differing.length + files.onlyOriginal.length + files.onlyReproduced.length} files are not the same`;
}

function causeOf(data: Found['data'], environment: readonly EnvironmentDifference[]): string {
  const other = data.find(({ equal }) => !equal);
  if (other !== undefined) return `; the data "${other.name}" is not the same`;
  const [first, ...rest] = environment;
  if (first === undefined) return '; data and environment are the same';
  const also = rest.length === 0 ? '' : `, and ${rest.length} more`;
  return `; ${first.what} differs (${first.original ?? 'none'} → ${first.reproduced ?? 'none'}${also})`;
}

function reasonOf({ tags }: Run): string {
  const error = tags['assay.error'];
  if (error !== undefined) return ` (${error.replace(/\.$/, '')})`;
  const code = tags['assay.exit_code'];
  return code === undefined ? '' : ` (exit code ${code})`;
}
