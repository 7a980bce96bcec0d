import { Menu } from '@mantine/core';
import { IconArrowDown, IconArrowUp, IconChevronDown } from '@tabler/icons-react';
import type { CSSProperties, KeyboardEvent, MouseEvent, TouchEvent } from 'react';
import type { PlacedColumn, RowGrid } from './column-layout.ts';
import classes from './DataTable.module.css';
import type { ColumnSettings, DataColumn } from './DataTable.tsx';
import { useReorder } from './use-reorder.ts';

type ResizableHeader = {
  id: string;
  getResizeHandler: () => (event: unknown) => void;
  column: { resetSize: () => void };
};

/** `ids`: all columns in their order, frozen ones included. */
type Settings = ColumnSettings & {
  ids: readonly string[];
  setWidth: (id: string, change: number) => void;
  /** Tells people who do not see the table what happened. */
  say: (text: string) => void;
};

type Props<Row> = {
  cells: readonly PlacedColumn<DataColumn<Row>>[];
  grid: RowGrid;
  headers: ReadonlyMap<string, ResizableHeader>;
  sort: string | undefined;
  onSort: ((sort: string | undefined) => void) | undefined;
  settings: Settings | undefined;
  selectAll: { checked: boolean; partly: boolean; toggle: () => void } | undefined;
};

const NO_IDS: readonly string[] = [];
const WIDTH_STEP = 16;

export function TableHead<Row>({ cells, grid, headers, sort, onSort, settings, selectAll }: Props<Row>) {
  const ids = settings?.ids ?? NO_IDS;
  const reorder = useReorder(ids, 'horizontal', (id, to) => {
    settings?.onMove(id, to);
    settings?.say(`${id}: now column ${to + 1} of ${ids.length}`);
  });
  const offset = selectAll ? 2 : 1;
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row.
    <div role="row" aria-rowindex={1} className={classes.head} style={{ gridTemplateColumns: grid.tracks }}>
      {selectAll ? (
        // biome-ignore lint/a11y/useSemanticElements: see above.
        // biome-ignore lint/a11y/useFocusableInteractive: see above.
        <div role="columnheader" aria-colindex={1} className={classes.selectCell} data-frozen="">
          <input
            type="checkbox"
            className={classes.check}
            aria-label="Select all rows"
            checked={selectAll.checked}
            ref={(box) => {
              if (box) box.indeterminate = selectAll.partly;
            }}
            onChange={selectAll.toggle}
            tabIndex={-1}
          />
        </div>
      ) : null}
      {cells.map((place) => (
        <HeadCell
          key={place.column.id}
          place={place}
          colIndex={place.index + offset}
          line={place.index === grid.windowFrom ? grid.windowLine : null}
          header={headers.get(place.column.id)}
          sort={sort}
          onSort={onSort}
          settings={settings}
          reorder={reorder}
        />
      ))}
    </div>
  );
}

type CellProps<Row> = {
  place: PlacedColumn<DataColumn<Row>>;
  colIndex: number;
  /** The line of the row's grid at which the cell begins; null for the next free one. */
  line: number | null;
  header: ResizableHeader | undefined;
  sort: string | undefined;
  onSort: ((sort: string | undefined) => void) | undefined;
  settings: Settings | undefined;
  reorder: ReturnType<typeof useReorder>;
};

function HeadCell<Row>(props: CellProps<Row>) {
  const { place, header, sort, onSort, settings, reorder } = props;
  const { column } = place;
  const key = column.sortKey;
  const direction =
    key === undefined ? null : sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : null;
  const canSort = key !== undefined && onSort !== undefined;
  const canMove = settings !== undefined && !place.isFrozen;
  const onKeyDown = (event: KeyboardEvent) => {
    if (!settings) return;
    if (canMove) reorder.onKeyDown(column.id, event);
    if (event.key !== '+' && event.key !== '-') return;
    event.preventDefault();
    event.stopPropagation();
    settings.setWidth(column.id, event.key === '+' ? WIDTH_STEP : -WIDTH_STEP);
  };
  const label = column.headerNode ?? column.header;
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus; the button inside sorts.
    <div
      role="columnheader"
      aria-colindex={props.colIndex}
      className={classes.headCell}
      data-align={column.align}
      data-frozen={place.isFrozen || undefined}
      style={cellStyle(place.isFrozen ? place.left : null, props.line)}
      aria-sort={canSort ? (direction ?? 'none') : undefined}
      {...(canMove ? reorder.dragProps(column.id) : {})}
    >
      {canSort ? (
        <button
          type="button"
          className={classes.sort}
          onClick={() => onSort(nextSort(key, sort, column.align))}
          onKeyDown={onKeyDown}
          aria-keyshortcuts={canMove ? 'Shift+ArrowLeft Shift+ArrowRight + -' : undefined}
          title={
            canMove
              ? `Sort by ${column.header}. Shift and arrow keys move the column, + and - size it.`
              : `Sort by ${column.header}`
          }
        >
          <span className="a-truncate">{label}</span>
          {direction === 'ascending' ? <IconArrowUp size={13} aria-hidden="true" /> : null}
          {direction === 'descending' ? <IconArrowDown size={13} aria-hidden="true" /> : null}
        </button>
      ) : (
        <span className="a-truncate" title={column.header}>
          {label}
        </span>
      )}
      {settings ? <ColumnMenu column={column} settings={settings} /> : null}
      {header ? (
        <span
          aria-hidden="true"
          className={classes.resize}
          // Dragging the edge sizes the column, it does not move it.
          draggable
          onDragStart={(event) => {
            event.preventDefault();
            event.stopPropagation();
          }}
          onMouseDown={(event: MouseEvent) => header.getResizeHandler()(event)}
          onTouchStart={(event: TouchEvent) => header.getResizeHandler()(event)}
          onDoubleClick={() => header.column.resetSize()}
        />
      ) : null}
    </div>
  );
}

function ColumnMenu<Row>({ column, settings }: { column: DataColumn<Row>; settings: Settings }) {
  return (
    <Menu position="bottom-end" shadow="md">
      <Menu.Target>
        <button type="button" className={classes.columnMenu} aria-label={`Menu of ${column.header}`}>
          <IconChevronDown size={13} aria-hidden="true" />
        </button>
      </Menu.Target>
      <Menu.Dropdown>{settings.menu(column.id)}</Menu.Dropdown>
    </Menu>
  );
}

/** A frozen cell keeps its place; the first cell of the window stands behind the gap before it. */
export function cellStyle(left: number | null, line: number | null): CSSProperties | undefined {
  if (left !== null) return { left };
  return line === null ? undefined : { gridColumnStart: line };
}

/** One direction, then the other, then none. Numbers begin with the largest, texts with A. */
function nextSort(
  key: string,
  sort: string | undefined,
  align: 'left' | 'right' | undefined,
): string | undefined {
  const [first, second] = align === 'right' ? [`-${key}`, key] : [key, `-${key}`];
  if (sort === first) return second;
  return sort === second ? undefined : first;
}
