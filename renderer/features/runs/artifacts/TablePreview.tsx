import { TextInput } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Cell } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { formatCount, formatPlural } from '../../../app/format.ts';
import { keys, useCursorList } from '../../../app/queries.ts';
import { type DataColumn, DataTable } from '../../../components/DataTable.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { CellValue } from '../../datasets/CellValue.tsx';
import classes from './ArtifactsView.module.css';
import type { RunFile } from './read-bytes.ts';
import { artifactUrl } from './run-files.ts';

const PAGE = 200;
/** Wider tables are cut: a browser lays out no thousand columns. */
const MAX_COLUMNS = 100;

type Row = { index: number; cells: readonly Cell[] };

/** A file as a table of any length: the server reads, sorts and searches, the page holds what was scrolled through. */
export function TablePreview({ file, maxHeight = 560 }: { file: RunFile; maxHeight?: number }) {
  const { runId, path, digest } = file;
  const [sort, setSort] = useState<string>();
  const [typed, setTyped] = useState('');
  const [contains] = useDebouncedValue(typed, 250);
  const read = (offset: number, limit: number, signal: AbortSignal) =>
    client.runObjects.table({ params: { runId }, query: { path, offset, limit, sort, contains }, signal });
  const head = useQuery({
    queryKey: keys.part('runs', runId, 'table-head', path, digest, contains),
    queryFn: ({ signal }) => read(0, 1, signal),
    placeholderData: (before) => before,
    staleTime: Number.POSITIVE_INFINITY,
  });
  const list = useCursorList<Row>(
    keys.part('runs', runId, 'table', path, digest, contains, sort ?? ''),
    async (cursor, signal) => {
      const page = await read(Number(cursor ?? 0), PAGE, signal);
      const next = page.offset + page.rows.length;
      return {
        items: page.rows.map((cells, index) => ({ index: page.offset + index, cells })),
        nextCursor: next < page.total && page.rows.length > 0 ? String(next) : null,
      };
    },
  );
  const columns = useMemo(
    (): DataColumn<Row>[] =>
      (head.data?.columns ?? []).slice(0, MAX_COLUMNS).map(({ name, type }, index) => ({
        id: String(index),
        header: name,
        sortKey: name,
        width: type === 'string' ? 200 : type === 'float' ? 170 : 120,
        align: type === 'integer' || type === 'float' ? 'right' : 'left',
        cell: (row) => <TableCell value={row.cells[index] ?? null} type={type} runId={runId} />,
      })),
    [head.data, runId],
  );
  const wide = (head.data?.columns.length ?? 0) - MAX_COLUMNS;
  return (
    <div className={classes.tablePreview}>
      <div className={classes.tableTools}>
        <TextInput
          aria-label="Search in rows"
          placeholder="Search in rows"
          leftSection={<IconSearch size={14} />}
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <span className="a-dim">
          {head.data ? formatPlural(head.data.total, contains ? 'matching row' : 'row') : ''}
          {wide > 0 ? `, ${formatCount(wide)} more columns are not shown` : ''}
        </span>
      </div>
      <DataTable
        label={`Rows of ${path}`}
        columns={columns}
        rows={list.items}
        rowId={(row) => String(row.index)}
        sort={sort}
        onSort={setSort}
        isPending={list.isPending}
        error={list.error}
        retry={list.refetch}
        hasMore={list.hasMore}
        onEndReached={list.loadMore}
        {...(head.data ? { total: head.data.total + 1 } : {})}
        maxHeight={maxHeight}
        empty={<EmptyState title={contains ? 'No row contains this' : 'The table has no rows'} />}
      />
    </div>
  );
}

type CellProps = Parameters<typeof CellValue>[0] & { runId: string };

/** Tables of MLflow name images in their cells. */
function TableCell({ value, type, runId }: CellProps) {
  const image = typeof value === 'string' && value.startsWith('{') ? imageOf(value) : null;
  if (image === null) return <CellValue value={value} type={type} />;
  return <img className={classes.cellImage} src={artifactUrl(runId, image)} alt={image} loading="lazy" />;
}

function imageOf(text: string): string | null {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== 'object' || value === null || !('type' in value) || value.type !== 'image')
      return null;
    if ('compressed_filepath' in value && typeof value.compressed_filepath === 'string')
      return value.compressed_filepath;
    return 'filepath' in value && typeof value.filepath === 'string' ? value.filepath : null;
  } catch {
    return null;
  }
}
