import type { ExportedRun } from '../../engine/exchange/index.ts';
import { quoteText } from '../../engine/store/index.ts';
import { tagsOfColumns } from '../../engine/tracking/index.ts';
import type { Client } from '../client/index.ts';
import type { Experiment, MetricSeries, Run } from '../contract/index.ts';

/** Points that one request gives without thinning; what is thinned has at least half as many. */
const pageSize = 100_000;
/** Ids that fit into the address of one request. */
const idsAtOnce = 50;

/** Which runs: those that match a filter (all without one), or those named. */
export type Selection = { filter?: string | undefined; runIds?: readonly string[] | undefined };

/** How many runs there are to export; for runs that are named, how many were named. */
export async function countExported(client: Client, { filter, runIds }: Selection): Promise<number> {
  if (runIds !== undefined) return new Set(runIds).size;
  return (await client.runs.count({ query: filter === undefined ? {} : { filter } })).count;
}

/** The runs, oldest first, so that parents come before what is nested in them. Named runs that are not there are left out. */
export async function* exportedRuns(client: Client, selection: Selection): AsyncGenerator<ExportedRun> {
  const experiments = new Map<string, Experiment>();
  const { filter, runIds } = selection;
  for await (const id of runIds === undefined ? matching(client, filter) : byAge(client, runIds)) {
    const run = await client.runs.get({ params: { runId: id } });
    const { experimentId } = run;
    const experiment =
      experiments.get(experimentId) ?? (await client.experiments.get({ params: { experimentId } }));
    experiments.set(experimentId, experiment);
    yield exported(client, run, experiment);
  }
}

async function* matching(client: Client, filter: string | undefined): AsyncGenerator<string> {
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
    for (const { id } of page.items) yield id;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

async function* byAge(client: Client, runIds: readonly string[]): AsyncGenerator<string> {
  const ids = [...new Set(runIds)];
  const found: { id: string; startedAtMs: number }[] = [];
  for (let from = 0; from < ids.length; from += idsAtOnce) {
    const some = ids.slice(from, from + idsAtOnce).map(quoteText);
    const filter = `id in (${some.join(', ')})`;
    const { items } = await client.runs.list({
      query: { filter, fields: 'id,startedAtMs', limit: idsAtOnce },
    });
    for (const { id, startedAtMs = 0 } of items) found.push({ id, startedAtMs });
  }
  for (const { id } of found.sort((a, b) => a.startedAtMs - b.startedAtMs)) yield id;
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
