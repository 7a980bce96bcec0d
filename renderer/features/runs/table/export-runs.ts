import type { RunExportFormat } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { saveFrom } from '../../../app/save-from.ts';
import { type ColumnId, filterName } from './run-columns.ts';

/** The engine exports so many runs named by their ids; more are named by a filter. */
export const MAX_EXPORTED_BY_ID = 5000;

/** The address of a file of all runs that match, with the shown columns; the browser saves it as it comes. */
export function exportAddress(options: {
  format: RunExportFormat;
  filter: string | undefined;
  sort: string | undefined;
  columns: readonly ColumnId[];
}): string {
  const query = new URLSearchParams({ format: options.format, fields: exportFields(options.columns) });
  if (options.filter) query.set('filter', options.filter);
  if (options.sort) query.set('sort', options.sort);
  return `/api/v1/runs/export?${query}`;
}

/** A file of some runs, saved when it is there. */
export async function exportSelected(
  runIds: readonly string[],
  options: { format: RunExportFormat; sort: string | undefined; columns: readonly ColumnId[]; name: string },
): Promise<void> {
  const answer = await client.runExports.downloadSelected({
    body: {
      runIds: [...runIds],
      format: options.format,
      fields: exportFields(options.columns),
      ...(options.sort ? { sort: options.sort } : {}),
    },
  });
  const address = URL.createObjectURL(await answer.blob());
  saveFrom(address, `${options.name}.${options.format}`);
  setTimeout(() => URL.revokeObjectURL(address), 10_000);
}

function exportFields(columns: readonly ColumnId[]): string {
  return columns
    .filter((id) => id !== 'id')
    .map(filterName)
    .join(',');
}
