import { columnResizingFeature, columnSizingFeature, tableFeatures, useTable } from '@tanstack/react-table';
import { useVirtualizer } from '@tanstack/react-virtual';
import { type ReactNode, useEffect, useId, useMemo, useRef, useState } from 'react';
import { ApiError } from '../app/api.ts';
import { useSettings } from '../app/preferences.ts';
import { placeColumns, rowGrid } from './column-layout.ts';
import classes from './DataTable.module.css';
import { EmptyState } from './EmptyState.tsx';
import { ErrorState } from './ErrorState.tsx';
import { LoadingState } from './LoadingState.tsx';
import { TableHead } from './TableHead.tsx';
import { TableRow } from './TableRow.tsx';
import { useColumnWindow, useViewWidth } from './use-column-window.ts';
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
  /** Stays at the left while the others scroll; frozen columns come first. */
  frozen?: boolean;
  /** Numbers stand at the right. */
  align?: 'left' | 'right';
  /** The field the server sorts by; a column without one cannot be sorted. */
  sortKey?: string;
  /** Holds the arrow that unfolds a row of a tree. */
  isTree?: boolean;
};

export type Selection = { selected: ReadonlySet<string>; onChange: (selected: ReadonlySet<string>) => void };

/** Rows that unfold to the rows below them; the rows given are those unfolded now, in order. */
export type TreeRows<Row> = {
  /** Depth of a row, 1 for the outermost. */
  level: (row: Row) => number;
  /** Null for a row that has nothing below it. */
  isUnfolded: (row: Row) => boolean | null;
  onFold: (row: Row) => void;
};

/** A key that does something to the row that has the focus. */
export type RowKey<Row> = { keys: string; label: string; run: (row: Row) => void };

export type ColumnSettings = {
  /** Widths that were dragged before, in pixels by column. */
  widths: Readonly<Record<string, number>>;
  onWidths: (widths: Readonly<Record<string, number>>) => void;
  /** A column was put at another place among the columns that are not frozen. */
  onMove: (id: string, to: number) => void;
  /** Items of the menu of a column. */
  menu: (id: string) => ReactNode;
};

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
  /** So many of the first rows stay under the head while the others scroll. */
  stickyRows?: number;
  tree?: TreeRows<Row> | undefined;
  rowKeys?: readonly RowKey<Row>[];
  /** A menu was asked for: by the right mouse button, or the menu key. `at` is in pixels of the window. */
  onRowMenu?: (row: Row, at: { x: number; y: number }) => void;
  /** Lets people order and size columns. */
  columnSettings?: ColumnSettings;
};

const features = tableFeatures({ columnSizingFeature, columnResizingFeature });
const SELECT_WIDTH = 34;
const DEFAULT_WIDTH = 140;
const MIN_WIDTH = 34;
const HEAD_HEIGHT = 32;
const NO_DATA: Record<string, never>[] = [];

/**
 * The table of the workbench: virtual rows and columns (any number of both), sortable, resizable and movable columns,
 * rows that unfold, selection with shift-click, and the keyboard of a grid: arrows or j/k move, left and right fold, Enter
 * opens, Space or x selects, Home/End, Page keys.
 */
export function DataTable<Row extends object>(props: DataTableProps<Row>) {
  const { columns, rows, rowId, selection, hasMore, onEndReached, columnSettings, tree } = props;
  const scrollRef = useRef<HTMLDivElement>(null);
  const baseId = useId();
  const rowHeight = useSettings().data?.settings.ui.density === 'comfortable' ? 38 : 30;
  const sticky = Math.min(props.stickyRows ?? 0, rows.length);

  const { headers, sizes, setWidth } = useColumnSizes(columns, columnSettings);
  const [said, setSaid] = useState('');
  const viewWidth = useViewWidth(scrollRef);
  const leading = selection ? SELECT_WIDTH : 0;
  const { placed, width } = useMemo(
    () =>
      placeColumns(
        columns,
        (column) => ({
          id: column.id,
          width: sizes[column.id] ?? column.width ?? DEFAULT_WIDTH,
          grow: column.grow === true && sizes[column.id] === undefined,
          frozen: column.frozen === true,
        }),
        { available: viewWidth, leading },
      ),
    [columns, sizes, viewWidth, leading],
  );
  const { from, to } = useColumnWindow(scrollRef, placed, viewWidth);
  const grid = useMemo(() => rowGrid(placed, { from, to }, leading), [placed, from, to, leading]);
  const drawn = useMemo(
    () => placed.filter((place) => place.isFrozen || (place.index >= from && place.index < to)),
    [placed, from, to],
  );

  const virtualizer = useVirtualizer({
    count: rows.length - sticky,
    getScrollElement: () => scrollRef.current,
    estimateSize: () => rowHeight,
    overscan: 8,
    // The sticky head covers this much of what is scrolled into view.
    scrollPaddingStart: HEAD_HEIGHT + sticky * rowHeight,
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: the row height changes with the density only.
  useEffect(() => virtualizer.measure(), [rowHeight]);
  const shown = virtualizer.getVirtualItems();
  const lastShown = (shown.at(-1)?.index ?? -1) + sticky;
  useEffect(() => {
    if (hasMore && lastShown >= rows.length - 20) onEndReached?.();
  }, [hasMore, lastShown, rows.length, onEndReached]);

  const keyboard = useTableKeyboard({
    rows,
    rowId,
    selection,
    onOpen: props.onOpen,
    isMain: props.isMain ?? false,
    tree,
    rowKeys: props.rowKeys,
    onRowMenu: props.onRowMenu,
    stickyRows: sticky,
    scrollRef,
    scrollTo: (index) => {
      if (index >= sticky) virtualizer.scrollToIndex(index - sticky);
    },
    pageSize: Math.max(1, Math.floor((scrollRef.current?.clientHeight ?? 600) / rowHeight) - 2),
  });

  const isEmpty = rows.length === 0;
  const activeIsShown =
    keyboard.active < sticky
      ? keyboard.active >= 0
      : shown.some((item) => item.index + sticky === keyboard.active);
  const drawRow = (index: number, top: number | null) => {
    const row = rows[index];
    if (!row) return null;
    const id = rowId(row);
    return (
      <TableRow
        key={id}
        domId={`${baseId}-${index}`}
        index={index}
        row={row}
        cells={drawn}
        grid={grid}
        top={top}
        height={rowHeight}
        level={tree ? tree.level(row) : null}
        isUnfolded={tree ? tree.isUnfolded(row) : null}
        isActive={index === keyboard.active}
        isCurrent={id === props.currentId}
        isSelected={selection ? selection.selected.has(id) : null}
        canOpen={props.onOpen !== undefined}
        onClick={keyboard.onRowClick}
        onToggle={keyboard.onToggleClick}
        onFold={keyboard.onFoldClick}
        onMenu={keyboard.onContextMenu}
      />
    );
  };
  return (
    <div
      ref={scrollRef}
      className={classes.scroll}
      style={props.maxHeight === undefined ? undefined : { maxHeight: props.maxHeight, flex: 'none' }}
    >
      {/* biome-ignore lint/a11y/noStaticElementInteractions: its role is grid or treegrid. */}
      {/* biome-ignore lint/a11y/useAriaPropsSupportedByRole: as above. */}
      <div
        role={tree ? 'treegrid' : 'grid'}
        aria-label={props.label}
        aria-rowcount={props.total ?? (hasMore ? -1 : rows.length + 1)}
        aria-colcount={columns.length + (selection ? 1 : 0)}
        aria-multiselectable={selection ? true : undefined}
        aria-busy={props.isPending}
        aria-activedescendant={activeIsShown ? `${baseId}-${keyboard.active}` : undefined}
        tabIndex={0}
        ref={keyboard.gridRef}
        className={classes.grid}
        style={{ width: Math.max(width, viewWidth) }}
        onKeyDown={keyboard.onKeyDown}
      >
        <div className={classes.top}>
          <TableHead
            cells={drawn}
            grid={grid}
            headers={headers}
            sort={props.sort}
            onSort={props.onSort}
            settings={
              columnSettings && {
                ...columnSettings,
                ids: columns.map(({ id }) => id),
                setWidth,
                say: setSaid,
              }
            }
            selectAll={
              selection && {
                checked: !isEmpty && keyboard.allSelected,
                partly: selection.selected.size > 0 && !keyboard.allSelected,
                toggle: keyboard.toggleAll,
              }
            }
          />
          {sticky > 0 ? (
            // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
            <div role="rowgroup" className={classes.sticky} aria-label="Pinned">
              {rows.slice(0, sticky).map((_, index) => drawRow(index, null))}
            </div>
          ) : null}
        </div>
        {rows.length === sticky ? null : (
          // biome-ignore lint/a11y/useSemanticElements: see above.
          <div role="rowgroup" className={classes.body} style={{ height: virtualizer.getTotalSize() }}>
            {shown.map((item) => drawRow(item.index + sticky, item.start))}
          </div>
        )}
      </div>
      {columnSettings ? (
        <span className="a-hidden" aria-live="polite">
          {said}
        </span>
      ) : null}
      {rows.length === sticky ? <Placeholder {...props} /> : null}
      {!isEmpty && hasMore ? (
        <div className={classes.more} role="status">
          Loading more …
        </div>
      ) : null}
    </div>
  );
}

/** Widths that people drag, kept by whoever gave the first ones. */
function useColumnSizes<Row extends object>(
  columns: readonly DataColumn<Row>[],
  settings: ColumnSettings | undefined,
) {
  const definitions = useMemo(
    () =>
      columns.map((column) => ({
        id: column.id,
        header: column.header,
        accessorFn: () => null,
        size: column.width ?? DEFAULT_WIDTH,
        minSize: MIN_WIDTH,
        maxSize: 1200,
      })),
    [columns],
  );
  const table = useTable({
    features,
    columns: definitions,
    data: NO_DATA,
    columnResizeMode: 'onChange',
    initialState: { columnSizing: { ...settings?.widths } },
  });
  const sizes = table.state.columnSizing;
  const isResizing = table.state.columnResizing.isResizingColumn !== false;
  const latest = useRef(settings);
  latest.current = settings;
  const reported = useRef(sizes);
  useEffect(() => {
    if (isResizing || reported.current === sizes) return;
    reported.current = sizes;
    latest.current?.onWidths(sizes);
  }, [sizes, isResizing]);
  const headers = new Map((table.getHeaderGroups()[0]?.headers ?? []).map((header) => [header.id, header]));
  const setWidth = (id: string, change: number) =>
    table.setColumnSizing((known) => {
      const now = known[id] ?? columns.find((column) => column.id === id)?.width ?? DEFAULT_WIDTH;
      return { ...known, [id]: Math.max(MIN_WIDTH, now + change) };
    });
  return { headers, sizes, setWidth };
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
