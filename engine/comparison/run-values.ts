import type { RunRow } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { fieldName, parseFieldList, quoteText } from '../store/index.ts';
import type { TrackingService } from '../tracking/index.ts';

export type Selection = { filter?: string | undefined; runIds?: string[] | undefined };
export type Aspect = 'last' | 'min' | 'max';

const MOST_RUNS = 5000;
const PAGE = 500;
const PLAIN_FIELDS = ['name', 'status', 'user', 'source', 'experimentId', 'parentRunId'] as const;
type PlainField = (typeof PLAIN_FIELDS)[number];

/** What runs are grouped or paired by: how to ask for it, and how to read it. */
export type RunKey = {
  /** As the filter language writes it. */
  text: string;
  /** Without the family: seed of params.seed. */
  name: string;
  read(run: RunRow): string | null;
};

/** Reads params.x, tags.x or the name of a field. Throws request/invalid at `path`. */
export function runKey(text: string, path: string): RunKey {
  const refs = inBody(path, () => parseFieldList(text));
  const ref = refs[0];
  if (refs.length === 1 && (ref?.family === 'params' || ref?.family === 'tags')) {
    const { family, key } = ref;
    return { text: fieldName(family, key), name: key, read: (run) => run[family]?.[key] ?? null };
  }
  const field = PLAIN_FIELDS.find((name): name is PlainField => name === ref?.key);
  if (refs.length === 1 && ref?.family === null && field !== undefined)
    return { text: field, name: field, read: (run) => run[field] ?? null };
  throw new AssayError('request/invalid', `Runs cannot be grouped by "${text}".`, {
    problems: [
      {
        path,
        message: `"${text}" is not something that runs can be grouped by`,
        expected: `params.<key>, tags.<key>, ${PLAIN_FIELDS.join(', ')}`,
      },
    ],
  });
}

function inBody<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw new AssayError('request/invalid', thrown.message, {
      problems: [{ path, message: thrown.message }],
    });
  }
}

export function metricField(metric: string): string {
  return fieldName('metrics', metric);
}

/** The value of a metric that stands for a run; null when it was not logged. */
export function metricValue(run: RunRow, metric: string, aspect: Aspect): number | null {
  const summary = run.metrics?.[metric];
  return summary === undefined ? null : Number(summary[aspect]);
}

/**
 * The chosen runs, oldest first, with the fields asked for. Runs named by id are read even when they are deleted.
 * Throws runs/not-found (all that are missing), request/bad-filter, comparison/too-many-runs.
 */
export async function readRuns(
  tracking: Pick<TrackingService, 'listRuns'>,
  { filter, runIds }: Selection,
  fields: readonly string[],
): Promise<RunRow[]> {
  const asked = [...new Set(['name', 'status', 'startedAtMs', ...fields])].join(',');
  const runs =
    runIds === undefined
      ? await readMatching(tracking, filter, asked)
      : await readNamed(tracking, runIds, asked);
  return runs.sort((a, b) => (a.startedAtMs ?? 0) - (b.startedAtMs ?? 0) || (a.id < b.id ? -1 : 1));
}

async function readMatching(
  tracking: Pick<TrackingService, 'listRuns'>,
  filter: string | undefined,
  fields: string,
): Promise<RunRow[]> {
  const runs: RunRow[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<typeof tracking.listRuns>> = await tracking.listRuns({
      filter,
      fields,
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    runs.push(...page.items);
    cursor = page.nextCursor;
    if (runs.length > MOST_RUNS || (runs.length === MOST_RUNS && cursor !== null)) {
      throw new AssayError('comparison/too-many-runs', `More than ${MOST_RUNS} runs match the filter.`);
    }
  } while (cursor !== null);
  return runs;
}

async function readNamed(
  tracking: Pick<TrackingService, 'listRuns'>,
  runIds: readonly string[],
  fields: string,
): Promise<RunRow[]> {
  const wanted = [...new Set(runIds)];
  const runs: RunRow[] = [];
  for (let start = 0; start < wanted.length; start += PAGE) {
    const ids = wanted.slice(start, start + PAGE).map(quoteText);
    const filter = `id IN (${ids.join(', ')}) AND lifecycle IN ('active', 'deleted')`;
    runs.push(...(await tracking.listRuns({ filter, fields, limit: PAGE })).items);
  }
  const found = new Set(runs.map(({ id }) => id));
  const missing = wanted.filter((id) => !found.has(id));
  if (missing.length > 0) {
    const named = missing.slice(0, 3).join(', ');
    const more = missing.length > 3 ? ` and ${missing.length - 3} more` : '';
    throw new AssayError('runs/not-found', `These runs are not there: ${named}${more}.`, {
      problems: missing.map((id) => ({ path: '/runIds', message: `${id} is not a run of this workspace` })),
    });
  }
  return runs;
}
