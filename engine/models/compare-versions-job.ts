import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { ComparedVersion, DataDifference, VersionComparison } from '../../local-api/contract/index.ts';
import { messageOf } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { compareSnapshots } from '../monitoring/index.ts';
import type { ComparisonData, Contestant, VersionComparisonInput } from './comparison/comparison-input.ts';
import { compareMetrics, type ScoredVersion } from './comparison/measure-quality.ts';
import { readEvaluationRows, scoreRows, whyNotComparable } from './gates/evaluation-rows.ts';
import { measureLatency } from './gates/model-gates.ts';
import type { ScoredRows } from './gates/row-metrics.ts';
import { breakingChanges, signatureChanges } from './signature-changes.ts';

type Context = JobContext<VersionComparisonInput>;

/**
 * Measures versions of a model on the same rows and on this machine. What cannot be measured of one version is told with its
 * reason and does not stop the others.
 */
export async function run(context: Context): Promise<VersionComparison> {
  const { input, signal, progress } = context;
  const startedAt = performance.now();
  const { contestants } = input;
  const scored = await scoreAll(context);
  const latencies = new Map<string, ComparedVersion['latency']>();
  const problems = new Map(scored.problems);
  for (const [i, { version, model, signature }] of contestants.entries()) {
    progress(0.3 + (0.2 * i) / contestants.length, `Timing ${version}`);
    try {
      latencies.set(version, await measureLatency(model, signature, signal));
    } catch (thrown) {
      signal.throwIfAborted();
      problems.set(version, `It does not answer: ${messageOf(thrown)}`);
    }
  }
  const metrics = await compareMetrics(scored.versions, input.confidence, signal, (metric) =>
    progress(0.6, `Comparing ${metric}`),
  );
  const baseline = contestants[0] as Contestant;
  return {
    model: input.model,
    baseline: baseline.version,
    confidence: input.confidence,
    rows:
      input.rows === null || scored.versions.length === 0
        ? null
        : {
            source: input.rows.source,
            datasetVersionId: input.rows.datasetVersionId,
            count: scored.versions[0]?.rows.truth.length ?? 0,
          },
    versions: contestants.map(({ model: _, signature: __, ...facts }) => ({
      ...facts,
      latency: latencies.get(facts.version) ?? null,
      problem: problems.get(facts.version) ?? null,
    })),
    metrics,
    signatures: contestants.slice(1).map(({ version, signature }) => {
      const breaking = breakingChanges(baseline.signature, signature);
      const all = signatureChanges(baseline.signature, signature);
      return { version, breaking, other: all.filter((change) => !breaking.includes(change)) };
    }),
    data: await compareData(context),
    notes: [...input.notes, ...unknownClasses(scored.versions)],
    seconds: (performance.now() - startedAt) / 1000,
  };
}

/** The answers of every version that can be held against the first one, on rows that are read for each the same way. */
async function scoreAll({ input, tmpDir, signal, progress, log }: Context) {
  const { rows, contestants } = input;
  const versions: ScoredVersion[] = [];
  const problems: [string, string][] = [];
  const baseline = contestants[0];
  if (rows === null || baseline === undefined) return { versions, problems };
  const file = rows.file;
  const kept = join(tmpDir, 'evaluation.parquet');
  if (file instanceof Uint8Array) await writeFile(kept, file);
  const files = file instanceof Uint8Array ? [kept] : file;
  const where = rows.where === null ? {} : { where: rows.where };
  const evaluation = { files, targetSql: rows.targetSql, signal, ...where };
  const score = async ({ model, signature }: Contestant): Promise<ScoredRows> => {
    const table = await readEvaluationRows(evaluation, [signature]);
    // Whatever class a version was trained to find, all are measured by that of the first.
    const { positive, classes } = baseline.signature;
    return scoreRows(model, { ...signature, positive }, table, classes ?? [], signal);
  };
  for (const [i, contestant] of contestants.entries()) {
    const { version } = contestant;
    progress((0.3 * i) / contestants.length, `Scoring ${version}`);
    const why = whyNotScored(baseline, contestant, rows.columns);
    try {
      if (why === null) versions.push({ version, rows: await score(contestant) });
      else problems.push([version, why]);
    } catch (thrown) {
      signal.throwIfAborted();
      problems.push([version, `It could not be scored: ${messageOf(thrown)}`]);
    }
  }
  for (const [version, problem] of problems) log(`${version}: ${problem}`, 'warn');
  return { versions, problems };
}

function whyNotScored(
  baseline: Contestant,
  contestant: Contestant,
  columns: readonly string[],
): string | null {
  const { signature, version } = contestant;
  if (version !== baseline.version) {
    const { positive } = baseline.signature;
    const why = whyNotComparable(baseline.signature, { ...signature, positive });
    if (why !== null) return `It cannot be held against ${baseline.version}: ${why}.`;
    if (signature.target !== baseline.signature.target)
      return `It answers ${signature.target}, not ${baseline.signature.target}.`;
  }
  const lacking = signature.inputs.filter(({ name }) => !columns.includes(name)).map(({ name }) => name);
  return lacking.length === 0 ? null : `The rows lack columns that it needs: ${lacking.join(', ')}.`;
}

function unknownClasses([first]: readonly ScoredVersion[]): string[] {
  if (first?.rows.task !== 'classification') return [];
  const unknown = first.rows.truth.filter((code) => code < 0).length;
  return unknown === 0
    ? []
    : [`${unknown} rows are of a class that the models do not know: every answer to them counts as wrong.`];
}

async function compareData(context: Context): Promise<DataDifference[]> {
  const { input, signal, progress } = context;
  const found: DataDifference[] = [];
  for (const [i, data] of input.data.entries()) {
    progress(0.8 + (0.2 * i) / input.data.length, `Comparing the data of ${data.version}`);
    try {
      found.push(await differenceOf(data, context));
    } catch (thrown) {
      signal.throwIfAborted();
      found.push(nothingKnown(data.version, messageOf(thrown)));
    }
  }
  return found;
}

async function differenceOf(data: ComparisonData, context: Context): Promise<DataDifference> {
  const { version } = data;
  if (data.state === 'unknown') return nothingKnown(version, data.reason);
  if (data.state === 'same') return { ...nothingKnown(version, ''), state: 'same' };
  const { columns } = await compareSnapshots({ ...context, input: data.drift, progress: () => undefined });
  return {
    version,
    state: 'compared',
    reason: '',
    driftedColumns: columns.filter(({ drifted }) => drifted).length,
    totalColumns: columns.length,
    columns: columns
      .map(({ name, drifted, score, reason }) => ({ name, drifted, score, reason }))
      .sort((a, b) => Number(b.drifted) - Number(a.drifted) || b.score - a.score),
  };
}

function nothingKnown(version: string, reason: string): DataDifference {
  return { version, state: 'unknown', reason, driftedColumns: 0, totalColumns: 0, columns: [] };
}
