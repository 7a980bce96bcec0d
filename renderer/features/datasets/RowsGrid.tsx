import { useQueries } from '@tanstack/react-query';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useEffect, useMemo, useRef } from 'react';
import type { Cell, DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { ErrorState } from '../../components/ErrorState.tsx';
import { CellValue } from './CellValue.tsx';
import classes from './dataset.module.css';

type Props = {
  version: DatasetVersion;
  /** First row shown, from 0, and the one behind the last. */
  start: number;
  end: number;
  /** A row to bring into view. */
  target: number | null;
};

const PAGE = 200;
const ROW_HEIGHT = 26;
const NUMBER_WIDTH = 84;

/** A grid with virtual rows and columns: draws what is seen and reads the pages it needs, 200 rows each. */
export function RowsGrid({ version, start, end, target }: Props) {
  const scroll = useRef<HTMLDivElement>(null);
  const { columns } = version;
  const rows = useVirtualizer({
    count: end - start,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    overscan: 10,
    scrollPaddingStart: ROW_HEIGHT,
  });
  const across = useVirtualizer({
    horizontal: true,
    count: columns.length,
    getScrollElement: () => scroll.current,
    estimateSize: (index) => widthOf(columns[index]),
    overscan: 3,
    scrollPaddingStart: NUMBER_WIDTH,
  });
  useEffect(() => {
    if (target !== null) rows.scrollToIndex(target - start, { align: 'center' });
  }, [target, start, rows]);

  const shownRows = rows.getVirtualItems();
  const shownColumns = across.getVirtualItems();
  const pages = pagesOf(start + (shownRows[0]?.index ?? 0), start + (shownRows.at(-1)?.index ?? 0));
  const loaded = useRowPages(version.id, pages);
  const width = NUMBER_WIDTH + across.getTotalSize();
  if (loaded.error !== null) return <ErrorState error={loaded.error} retry={loaded.retry} />;
  return (
    <div ref={scroll} className={classes.gridScroll}>
      {/* biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold. */}
      <div
        role="grid"
        aria-label={`Rows of ${version.dataset}`}
        aria-rowcount={version.rows + 1}
        aria-colcount={columns.length + 1}
        tabIndex={0}
        style={{ width, height: rows.getTotalSize() + ROW_HEIGHT, position: 'relative' }}
      >
        {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
        {/* biome-ignore lint/a11y/useFocusableInteractive: the grid scrolls by keyboard; its head does nothing. */}
        <div role="row" aria-rowindex={1} className={classes.gridHead} style={{ width }}>
          {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
          {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
          <div role="columnheader" className={classes.corner} style={{ width: NUMBER_WIDTH }}>
            row
          </div>
          {shownColumns.map((item) => {
            const column = columns[item.index];
            return (
              // biome-ignore lint/a11y/useSemanticElements: see above.
              // biome-ignore lint/a11y/useFocusableInteractive: see above.
              <div
                key={item.index}
                role="columnheader"
                aria-colindex={item.index + 2}
                className={classes.gridCell}
                style={{ left: NUMBER_WIDTH + item.start, width: item.size }}
                title={column ? `${column.name}: ${column.type}` : undefined}
              >
                <strong>{column?.name}</strong> <span className="a-dim">{column?.type}</span>
              </div>
            );
          })}
        </div>
        {shownRows.map((item) => {
          const index = start + item.index;
          const cells = loaded.rowAt(index);
          return (
            // biome-ignore lint/a11y/useSemanticElements: see above.
            // biome-ignore lint/a11y/useFocusableInteractive: see above.
            <div
              key={item.index}
              role="row"
              aria-rowindex={index + 2}
              className={classes.gridRow}
              data-target={index === target || undefined}
              style={{ transform: `translateY(${item.start + ROW_HEIGHT}px)`, width, height: ROW_HEIGHT }}
            >
              {/* biome-ignore lint/a11y/useSemanticElements: see above. */}
              {/* biome-ignore lint/a11y/useFocusableInteractive: see above. */}
              <div role="rowheader" className={classes.rowNumber} style={{ width: NUMBER_WIDTH }}>
                {formatCount(index + 1)}
              </div>
              {shownColumns.map((place) => {
                const column = columns[place.index];
                return (
                  // biome-ignore lint/a11y/useSemanticElements: see above.
                  // biome-ignore lint/a11y/useFocusableInteractive: see above.
                  <div
                    key={place.index}
                    role="gridcell"
                    aria-colindex={place.index + 2}
                    className={classes.gridCell}
                    style={{ left: NUMBER_WIDTH + place.start, width: place.size }}
                  >
                    {cells ? (
                      <CellValue value={cells[place.index] ?? null} type={column?.type ?? 'string'} />
                    ) : (
                      <span className={classes.waiting} />
                    )}
                  </div>
                );
              })}
            </div>
          );
        })}
      </div>
    </div>
  );
}

function widthOf(column: DatasetVersion['columns'][number] | undefined): number {
  if (!column) return 140;
  const byType = column.type === 'string' ? 170 : column.type === 'datetime' ? 170 : 120;
  return Math.max(byType, Math.min(280, (column.name.length + column.type.length) * 7 + 28));
}

function pagesOf(first: number, last: number): number[] {
  const from = Math.floor(first / PAGE);
  return Array.from({ length: Math.floor(last / PAGE) - from + 1 }, (_, index) => from + index);
}

type RowPages = { rowAt: (index: number) => readonly Cell[] | undefined; error: unknown; retry: () => void };

function useRowPages(versionId: string, pages: readonly number[]): RowPages {
  const queries = useQueries({
    queries: pages.map((page) => ({
      queryKey: keys.part('dataset-versions', versionId, 'rows', page),
      queryFn: ({ signal }: { signal: AbortSignal }) =>
        client.datasets.rows({ params: { versionId }, query: { offset: page * PAGE, limit: PAGE }, signal }),
      staleTime: Number.POSITIVE_INFINITY,
      gcTime: 60_000,
    })),
  });
  return useMemo(() => {
    const byPage = new Map(queries.map((query, index) => [pages[index], query.data?.rows]));
    const failed = queries.find((query) => query.error);
    return {
      rowAt: (index) => byPage.get(Math.floor(index / PAGE))?.[index % PAGE],
      error: failed?.error ?? null,
      retry: () => void failed?.refetch(),
    };
  }, [queries, pages]);
}
