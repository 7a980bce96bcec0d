import { columnResizingFeature, columnSizingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useId, useMemo, useRef } from 'react';
import { ApiError } from '../app/api.ts';
import { useSettings } from '../app/preferences.ts';
import classes from './DataTable.module.css';
import { EmptyState } from './EmptyState.tsx';
import { ErrorState } from './ErrorState.tsx';
import { LoadingState } from './LoadingState.tsx';
import { TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import { useTableKeyboard } from './use-table-keyboard.ts';

export type DataColumn<Row> = {
  id: string;
  /** Plain text: it names the column for everybody. */
  header: string;
  /** Drawn in place of the text, where a word alone is not enough (a family before a key, an icon). */
  headerNode?: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Pixels at first; people can drag it. */
  width?: number;
  /** Takes what is left over of the width of the table. */
  grow?: boolean;
  /** Numbers stand at the right. */
  align?: 'left' | 'right';
  /** The field the server sorts by; a column without one cannot be sorted. */
  sortKey?: string;
};

export type Selection = { selected: ReadonlySet<string>; onChange: (selected: ReadonlySet<string>) => void };

export type DataTableProps<Row> = {
  /** What the rows are, for screen readers: "Runs". */
  label: string;
  columns: readonly DataColumn<Row>[];
  rows: readonly Row[];
  rowId: (row: Row) => string;
  /** Opens a row: a click anywhere in it, or Enter. */
  onOpen?: (row: Row) => void;
  /** As the API writes it: `name`, `-metrics.auc`. */
  sort?: string | undefined;
  onSort?: (sort: string | undefined) => void;
  selection?: Selection;
  isPending?: boolean;
  error?: unknown;
  retry?: () => void;
  /** Stands in place of the rows when there are none. */
  empty?: ReactNode;
  hasMore?: boolean;
  onEndReached?: () => void;
  /** All rows there are, for screen readers; when only part of them is loaded. */
  total?: number;
  /** The main table of a page: j, k and x work from anywhere. */
  isMain?: boolean;
  /** Marks a row, for instance the one whose detail is shown beside. */
  currentId?: string | undefined;
  /** Height of the scrolling part; the whole panel when left out. */
  maxHeight?: number;
};

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
const SELECT_WIDTH = 34;

/**
 * The table of the workbench: virtual rows (any number), sortable and resizable columns, selection with
 * shift-click, and the keyboard of a grid: arrows or j/k move, Enter opens, Space or x selects, Home/End, Page keys.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, selection, hasMore, onEndReached } = props;
  const scrollRef = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const rowHeight = useSettings().data?.settings.ui.density === 'comfortable' ? 38 : 30;

  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        accessorFn: () => null,
        size: column.width ?? 140,
        minSize: 56,
        maxSize: 1200,
      })),
    [columns],
  );
  const data = useMemo(() => [...rows], [rows]);
  const table = useTable({ features, columns: definitions, data, columnResizeMode: 'onChange' });
  const sizes = table.state.columnSizing;
  const template = columns
    .map((column) => {
      const width = sizes[column.id] ?? column.width ?? 140;
      return column.grow && sizes[column.id] === undefined ? `minmax(${width}px, 1fr)` : `${width}px`;
    })
    .join(' ');
  const headers = table.getHeaderGroups()[0]?.headers ?? [];

  const virtualizer = useVirtualizer({
    count: rows.length,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowHeight,
    overscan: 12,
    // The sticky head covers this much of what is scrolled into view.
    scrollPaddingStart: 32,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row height changes with the density only.
  useEffect(() => virtualizer.measure(), [rowHeight]);
  const shown = virtualizer.getVirtualItems();
  const lastShown = shown.at(-1)?.index ?? -1;
  useEffect(() => {
    if (hasMore && lastShown >= rows.length - 20) onEndReached?.();
  }, [hasMore, lastShown, rows.length, onEndReached]);

  const keyboard = useTableKeyboard({
    rows,
    rowId,
    selection,
    onOpen: props.onOpen,
    isMain: props.isMain ?? false,
    scrollRef,
    scrollTo: (index) => virtualizer.scrollToIndex(index),
    pageSize: Math.max(1, Math.floor((scrollRef.current?.clientHeight ?? 600) / rowHeight) - 2),
  });

  const columnsShown = columns.length + (selection ? 1 : 0);
  const gridTemplate = selection ? `${SELECT_WIDTH}px ${template}` : template;
  const isEmpty = rows.length === 0;
  const activeIsShown = shown.some((item) => item.index === keyboard.active);
  return (
    <div
      ref={scrollRef}
      className={classes.scroll}
      style={props.maxHeight === undefined ? undefined : { maxHeight: props.maxHeight, flex: 'none' }}
    >
      {/* biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold. */}
      <div
        role="grid"
        aria-label={props.label}
        aria-rowcount={props.total ?? (hasMore ? -1 : rows.length + 1)}
        aria-colcount={columnsShown}
        aria-multiselectable={selection ? true : undefined}
        aria-busy={props.isPending}
        aria-activedescendant={activeIsShown ? `${baseId}-${keyboard.active}` : undefined}
        tabIndex={0}
        ref={keyboard.gridRef}
        className={classes.grid}
        style={{ '--columns': gridTemplate }}
        onKeyDown={keyboard.onKeyDown}
      >
        <TableHead
          columns={columns}
          headers={headers}
          sort={props.sort}
          onSort={props.onSort}
          selectAll={
            selection && {
              checked: !isEmpty && selection.selected.size >= rows.length,
              partly: selection.selected.size > 0 && selection.selected.size < rows.length,
              toggle: keyboard.toggleAll,
            }
          }
        />
        {isEmpty ? null : (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
            {shown.map((item) => {
              const row = rows[item.index];
              if (!row) return null;
              const id = rowId(row);
              return (
                <TableRow
                  key={id}
                  domId={`${baseId}-${item.index}`}
                  index={item.index}
                  row={row}
                  columns={columns}
                  top={item.start}
                  height={rowHeight}
                  isActive={item.index === keyboard.active}
                  isCurrent={id === props.currentId}
                  isSelected={selection ? selection.selected.has(id) : null}
                  canOpen={props.onOpen !== undefined}
                  onClick={keyboard.onRowClick}
                  onToggle={keyboard.onToggleClick}
                />
              );
            })}
          </div>
        )}
      </div>
      {isEmpty ? <Placeholder {...props} /> : null}
      {!isEmpty && hasMore ? (
        <div className={classes.more} role="status">
          Loading more …
        </div>
      ) : null}
    </div>
  );
}

function Placeholder<Row>({ isPending, error, retry, empty }: DataTableProps<Row>) {
  if (error instanceof ApiError && error.code === 'request/bad-filter') {
    return (
      <EmptyState title={error.title}>Correct it above, where the fault is marked, or clear it.</EmptyState>
    );
  }
  if (error) return <ErrorState error={error} retry={retry} />;
  if (isPending) return <LoadingState />;
  return empty ?? null;
}
