import type { RunRow } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { toastWithUndo } from '../../components/toasts.tsx';
import { eachLimited } from './each-limited.ts';
import { type ColumnId, fieldsFor } from './table/run-columns.ts';
import { runsToCsv } from './table/runs-csv.ts';

const AT_ONCE = 6;
const PAGE_SIZE = 1000;

/** Deletes runs and offers to bring them back. `afterUndo` is called when they are back. */
export async function deleteRuns(
  runs: readonly { id: string; name?: string | undefined }[],
  afterUndo: () => void,
): Promise<void> {
  await eachLimited(runs, AT_ONCE, (run) => client.runs.delete({ params: { runId: run.id } }));
  const [only] = runs;
  const what = runs.length === 1 && only?.name ? `“${only.name}”` : formatPlural(runs.length, 'run');
  toastWithUndo(`Deleted ${what}`, async () => {
    await restoreRuns(runs.map((run) => run.id));
    afterUndo();
  });
}

export async function restoreRuns(ids: readonly string[]): Promise<void> {
  await eachLimited(ids, AT_ONCE, (runId) => client.runs.restore({ params: { runId } }));
}

/** Sets a tag on each run; one that is there is replaced. */
export async function tagRuns(ids: readonly string[], key: string, value: string): Promise<void> {
  await eachLimited(ids, AT_ONCE, (runId) =>
    client.runs.log({ params: { runId }, body: { tags: { [key]: value } } }),
  );
}

/** Every run that matches a filter, with the fields of the columns; as many requests as there are thousands of runs. */
export async function readAllRuns(
  filter: string | undefined,
  sort: string | undefined,
  columns: readonly ColumnId[],
): Promise<RunRow[]> {
  const rows: RunRow[] = [];
  let cursor: string | undefined;
  do {
    const page = await client.runs.list({
      query: { filter, sort, fields: fieldsFor(columns), limit: PAGE_SIZE, cursor },
    });
    rows.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return rows;
}

/** Hands the runs to the person as a CSV file. */
export function downloadCsv(rows: readonly RunRow[], columns: readonly ColumnId[], name: string): void {
  const blob = new Blob([runsToCsv(rows, columns, Date.now())], { type: 'text/csv;charset=utf-8' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(blob);
  link.download = `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-')}.csv`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
