import { createReadStream } from 'node:fs';
import type { Run, RunImportResult, SkippedInImport } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { TrackingService } from '../tracking/index.ts';
import type { ExchangeItem } from './exchange-item.ts';

type ItemOf<T extends ExchangeItem['type']> = Extract<ExchangeItem, { type: T }>;
type Tally = Omit<RunImportResult, 'format' | 'path'>;

export type RunWriter = {
  write(item: ExchangeItem): Promise<void>;
  tally(): Tally;
};

const limits = { key: 250, param: 6000, tag: 8000, name: 500, experiment: 250, examples: 5 };

/** Writes what a reader gives into the workspace and counts it. What cannot be taken over is noted, and the rest goes on. */
export function createRunWriter({
  tracking,
  artifacts,
}: {
  tracking: TrackingService;
  artifacts: ArtifactStore;
}): RunWriter {
  const experimentIds = new Map<string, string>();
  /** Points of each run under way before its import; those that are left out are not in here. */
  const pointsBefore = new Map<string, number>();
  const skipped = new Map<string, SkippedInImport>();
  const tally = {
    experiments: { added: 0, matched: 0 },
    runs: { added: 0, updated: 0, unchanged: 0 },
    points: 0,
    files: 0,
    fileBytes: 0,
  };

  const skip = (reason: string, what: string, count = 1): void => {
    const entry = skipped.get(reason) ?? { reason, count: 0, examples: [] };
    skipped.set(reason, entry);
    entry.count += count;
    if (entry.examples.length < limits.examples) entry.examples.push(what);
  };

  /** Keys and values that fit; the rest is noted. */
  const fitting = (texts: Record<string, string>, kind: 'param' | 'tag', runName: string) => {
    const kept: [string, string][] = [];
    for (const [key, value] of Object.entries(texts)) {
      if (key === '' || key.length > limits.key) {
        skip(`a ${kind} has a name longer than ${limits.key} characters`, `${runName}: ${key.slice(0, 80)}…`);
        continue;
      }
      if (value.length > limits[kind])
        skip(`a ${kind} was cut at ${limits[kind]} characters`, `${runName}: ${key}`);
      kept.push([key, value.slice(0, limits[kind])]);
    }
    return Object.fromEntries(kept);
  };

  const experiment = async ({ name: fullName, description, tags }: ItemOf<'experiment'>): Promise<void> => {
    const name = fullName.slice(0, limits.experiment);
    const known = await tracking.findExperimentByName(name);
    if (known === null) {
      const created = await tracking.createExperiment({
        name,
        description,
        tags: fitting(tags, 'tag', name),
      });
      experimentIds.set(fullName, created.id);
      tally.experiments.added += 1;
      return;
    }
    if (known.lifecycle === 'deleted') {
      skip('the experiment of this name is deleted here', name);
      return;
    }
    experimentIds.set(fullName, known.id);
    tally.experiments.matched += 1;
  };

  const run = async ({ experiment: experimentName, run: given }: ItemOf<'run'>): Promise<void> => {
    const experimentId = experimentIds.get(experimentName);
    if (experimentId === undefined) {
      skip('runs of an experiment that was left out', given.name || given.id);
      return;
    }
    const outcome = await tracking.importRun({
      ...given,
      experimentId,
      name: given.name.slice(0, limits.name),
      endedAtMs: given.endedAtMs === null ? null : Math.max(given.endedAtMs, given.startedAtMs),
      params: fitting(given.params, 'param', given.name),
      tags: fitting(given.tags, 'tag', given.name),
    });
    for (const key of outcome.changedParams) skip('a param has another value here', `${given.name}: ${key}`);
    if (outcome.change === 'deleted') {
      skip('the run is deleted here', given.name || given.id);
      return;
    }
    tally.runs[outcome.change] += 1;
    pointsBefore.set(given.id, outcome.change === 'added' ? 0 : pointsOf(await tracking.getRun(given.id)));
  };

  const points = async ({ runId, key, steps, timestampsMs, values }: ItemOf<'points'>): Promise<void> => {
    if (key === '' || key.length > limits.key) {
      skip(`a metric has a name longer than ${limits.key} characters`, key.slice(0, 80), steps.length);
      return;
    }
    const metrics = values.map((value, index) => ({
      key,
      value,
      step: steps[index] ?? 0,
      timestampMs: timestampsMs[index] ?? 0,
    }));
    await tracking.log(runId, { metrics, params: {}, tags: {} });
  };

  const file = async ({ runId, path, file: source }: ItemOf<'file'>): Promise<void> => {
    const before = await tracking.findArtifact(runId, path).catch(() => null);
    const stream = createReadStream(source);
    try {
      const blob = await artifacts.put(stream);
      if (before?.digest === blob.digest) return;
      await tracking.attachArtifact(runId, path, blob);
      tally.files += 1;
      tally.fileBytes += blob.sizeBytes;
    } catch (thrown) {
      // A full disk ends the import; a file that cannot be read does not.
      if (thrown instanceof AssayError && thrown.code !== 'artifacts/bad-path') throw thrown;
      skip('a file could not be read', `${source}: ${messageOf(thrown)}`);
    } finally {
      stream.destroy();
    }
  };

  const end = async (runId: string): Promise<void> => {
    tally.points += pointsOf(await tracking.getRun(runId)) - (pointsBefore.get(runId) ?? 0);
    pointsBefore.delete(runId);
  };

  return {
    async write(item) {
      if (item.type === 'experiment') return experiment(item);
      if (item.type === 'run') return run(item);
      if (item.type === 'skipped') return skip(item.reason, item.what, item.count);
      if (!pointsBefore.has(item.runId)) return;
      if (item.type === 'points') return points(item);
      if (item.type === 'file') return file(item);
      if (item.type === 'dataset')
        return tracking.logInputs(item.runId, { datasets: [item.dataset], modelIds: [] });
      return end(item.runId);
    },
    tally: () => ({ ...tally, skipped: [...skipped.values()] }),
  };
}

function pointsOf(run: Run): number {
  return Object.values(run.metrics).reduce((sum, { count }) => sum + count, 0);
}
