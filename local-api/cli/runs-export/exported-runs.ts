import { tagsOfColumns } from '../../../engine/tracking/index.ts';
import type { Client } from '../../client/index.ts';
import type { ArtifactEntry, Experiment, MetricSeries, Run } from '../../contract/index.ts';

/** Points that one request gives without thinning; what is thinned has at least half as many. */
const pageSize = 100_000;

/** A run with what it takes to write it elsewhere; histories and files are read when they are asked for. */
export type ExportedRun = {
  run: Run;
  experiment: Experiment;
  /** Its tags and, under MLflow's names, what Assay has fields for: name, user, source, notes, parent. */
  tags: Record<string, string>;
  /** The whole history of a metric, in pieces, by step and time. */
  history(key: string): AsyncGenerator<MetricSeries>;
  files(): Promise<ArtifactEntry[]>;
  download(path: string): Promise<ReadableStream<Uint8Array>>;
};

/** What was left out, and why. */
export type Skip = (reason: string, what: string) => void;

/** The runs that match a filter, oldest first, so that parents come before what is nested in them. */
export async function* exportedRuns(client: Client, filter: string | undefined): AsyncGenerator<ExportedRun> {
  const experiments = new Map<string, Experiment>();
  let cursor: string | undefined;
  do {
    const page = await client.runs.list({
      query: {
        sort: 'startedAtMs',
        fields: 'id',
        limit: 200,
        ...(filter === undefined ? {} : { filter }),
        ...(cursor === undefined ? {} : { cursor }),
      },
    });
    for (const { id } of page.items) {
      const run = await client.runs.get({ params: { runId: id } });
      const { experimentId } = run;
      const experiment =
        experiments.get(experimentId) ?? (await client.experiments.get({ params: { experimentId } }));
      experiments.set(experimentId, experiment);
      yield exported(client, run, experiment);
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

function exported(client: Client, run: Run, experiment: Experiment): ExportedRun {
  const params = { runId: run.id };
  return {
    run,
    experiment,
    tags: { ...run.tags, ...tagsOfColumns(run) },
    history: (key) => wholeHistory(client, run.id, key, {}),
    async files() {
      const { items } = await client.runs.artifacts({ params, query: { recursive: true } });
      return items.filter(({ isDirectory }) => !isDirectory);
    },
    async download(path) {
      const response = await client.runs.getArtifact({ params: { runId: run.id, path } });
      return response.body ?? new ReadableStream({ start: (controller) => controller.close() });
    },
  };
}

/** A range that holds too many points to come unthinned is read in two halves. */
async function* wholeHistory(
  client: Client,
  runId: string,
  key: string,
  range: { fromStep?: number; toStep?: number },
): AsyncGenerator<MetricSeries> {
  const { series } = await client.runs.metrics({
    body: { runIds: [runId], keys: [key], maxPoints: pageSize, ...range },
  });
  const [found] = series;
  if (found === undefined || found.steps.length === 0) return;
  const first = found.steps[0] ?? 0;
  const last = found.steps.at(-1) ?? 0;
  const isWhole = found.steps.length === found.total || found.steps.length < pageSize / 2;
  if (isWhole || first === last) {
    yield found;
    return;
  }
  const middle = Math.floor((first + last) / 2);
  yield* wholeHistory(client, runId, key, { fromStep: first, toStep: middle });
  yield* wholeHistory(client, runId, key, { fromStep: middle + 1, toStep: last });
}
