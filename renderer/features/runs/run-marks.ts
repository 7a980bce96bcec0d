import type { InfiniteData, QueryClient } from '@tanstack/react-query';
import { type Page, type RunRow, runMarks, type Tags } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { toastWithUndo } from '../../components/toasts.tsx';

const PER_REQUEST = 1000;
const READ_AT_ONCE = 500;

export type Mark = keyof typeof runMarks;

const markKeys: ReadonlySet<string> = new Set(Object.values(runMarks));

/** Whether a tag is a pin, a colour or a star, which are shown as such and not among the tags. */
export function isMarkTag(key: string): boolean {
  return markKeys.has(key);
}

/** The pin, star or colour of a run; null when it has none. */
export function markOf(run: RunRow, mark: Mark): string | null {
  return run.tags?.[runMarks[mark]] ?? null;
}

/** Changes tags of any number of runs; the first problem that the engine tells of is thrown after all are done. */
export async function changeTags(
  runIds: readonly string[],
  change: { set?: Tags; remove?: string[] },
): Promise<void> {
  const problems: string[] = [];
  for (let at = 0; at < runIds.length; at += PER_REQUEST) {
    const body = { runIds: runIds.slice(at, at + PER_REQUEST), ...change };
    const answer = await client.runTags.change({ body });
    problems.push(...answer.problems.map((problem) => problem.message));
  }
  if (problems.length > 0) {
    throw new Error(
      problems.length === 1
        ? problems[0]
        : `${problems[0]} (and ${formatPlural(problems.length - 1, 'more run')})`,
    );
  }
}

const words: Record<Mark, [set: string, removed: string]> = {
  pinned: ['Pinned', 'Unpinned'],
  starred: ['Starred', 'Took the star off'],
  color: ['Coloured', 'Took the colour off'],
};

/**
 * Pins, stars or colours runs (`value` null takes the mark off), in the tables on screen at once. Of several runs it can be
 * undone in the toast: each gets back what it had.
 */
export async function markRuns(
  cache: QueryClient,
  runIds: readonly string[],
  mark: Mark,
  value: string | null,
): Promise<void> {
  const before = runIds.length > 1 ? await readMarks(runIds, mark) : null;
  await setMark(cache, runIds, mark, value);
  if (before === null) return;
  const title = `${words[mark][value === null ? 1 : 0]} ${formatPlural(runIds.length, 'run')}`;
  toastWithUndo(title, async () => {
    for (const [old, ids] of before) await setMark(cache, ids, mark, old);
  });
}

async function setMark(
  cache: QueryClient,
  runIds: readonly string[],
  mark: Mark,
  value: string | null,
): Promise<void> {
  const key = runMarks[mark];
  const ids = new Set(runIds);
  patchRuns(cache, (run) => {
    if (!ids.has(run.id)) return run;
    const { [key]: _, ...others } = run.tags ?? {};
    return { ...run, tags: value === null ? others : { ...others, [key]: value } };
  });
  await changeTags(runIds, value === null ? { remove: [key] } : { set: { [key]: value } });
  if (mark === 'pinned') await cache.invalidateQueries({ queryKey: ['runs', 'list', 'pinned'] });
}

/** The runs by what they have now. */
async function readMarks(runIds: readonly string[], mark: Mark): Promise<Map<string | null, string[]>> {
  const groups = new Map<string | null, string[]>();
  for (let at = 0; at < runIds.length; at += READ_AT_ONCE) {
    const ids = runIds.slice(at, at + READ_AT_ONCE);
    const filter = `id in (${ids.map((id) => `'${id}'`).join(',')})`;
    const { items } = await client.runs.list({
      query: { filter, fields: `tags.${runMarks[mark]}`, limit: READ_AT_ONCE },
    });
    for (const run of items) {
      const value = markOf(run, mark);
      groups.set(value, [...(groups.get(value) ?? []), run.id]);
    }
  }
  return groups;
}

/** Changes, or takes out (null), rows of runs in every list on screen. Lists that are not are read again when they are. */
export function patchRuns(cache: QueryClient, change: (run: RunRow) => RunRow | null): void {
  const patch = (page: Page<RunRow>): Page<RunRow> => ({
    ...page,
    items: page.items.flatMap((run) => change(run) ?? []),
  });
  cache.setQueriesData<InfiniteData<Page<RunRow>> | Page<RunRow>>(
    { queryKey: ['runs', 'list'], type: 'active' },
    (data) => data && ('pages' in data ? { ...data, pages: data.pages.map(patch) } : patch(data)),
  );
  void cache.invalidateQueries({ queryKey: ['runs', 'list'], type: 'inactive', refetchType: 'none' });
}
