import { Checkbox } from '@mantine/core';
import { IconArrowDown, IconArrowUp } from '@tabler/icons-react';
import type { MouseEvent, TouchEvent } from 'react';
import classes from './DataTable.module.css';
import type { DataColumn } from './DataTable.tsx';

type ResizableHeader = {
  id: string;
  getResizeHandler: () => (event: unknown) => void;
  column: { resetSize: () => void };
};

type Props<Row> = {
  columns: readonly DataColumn<Row>[];
  headers: readonly ResizableHeader[];
  sort: string | undefined;
  onSort: ((sort: string | undefined) => void) | undefined;
  selectAll: { checked: boolean; partly: boolean; toggle: () => void } | undefined;
};

export function TableHead<Row>({ columns, headers, sort, onSort, selectAll }: Props<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row.
    <div role="row" aria-rowindex={1} className={classes.head}>
      {selectAll ? (
        // biome-ignore lint/a11y/useSemanticElements: see above.
        // biome-ignore lint/a11y/useFocusableInteractive: see above.
        <div role="columnheader" className={classes.selectCell}>
          <Checkbox
            size="xs"
            aria-label="Select all rows"
            checked={selectAll.checked}
            indeterminate={selectAll.partly}
            onChange={selectAll.toggle}
            tabIndex={-1}
          />
        </div>
      ) : null}
      {columns.map((column, index) => (
        <HeadCell key={column.id} column={column} header={headers[index]} sort={sort} onSort={onSort} />
      ))}
    </div>
  );
}

type CellProps<Row> = {
  column: DataColumn<Row>;
  header: ResizableHeader | undefined;
  sort: string | undefined;
  onSort: ((sort: string | undefined) => void) | undefined;
};

function HeadCell<Row>({ column, header, sort, onSort }: CellProps<Row>) {
  const key = column.sortKey;
  const direction =
    key === undefined ? null : sort === key ? 'ascending' : sort === `-${key}` ? 'descending' : null;
  const canSort = key !== undefined && onSort !== undefined;
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus; the button inside sorts.
    <div
      role="columnheader"
      className={classes.headCell}
      data-align={column.align}
      aria-sort={canSort ? (direction ?? 'none') : undefined}
    >
      {canSort ? (
        <button
          type="button"
          className={classes.sort}
          onClick={() => onSort(nextSort(key, sort, column.align))}
          title={`Sort by ${column.header}`}
        >
          <span className="a-truncate">{column.headerNode ?? column.header}</span>
          {direction === 'ascending' ? <IconArrowUp size={13} aria-hidden="true" /> : null}
          {direction === 'descending' ? <IconArrowDown size={13} aria-hidden="true" /> : null}
        </button>
      ) : (
        <span className="a-truncate" title={column.header}>
          {column.headerNode ?? column.header}
        </span>
      )}
      {header ? (
        <span
          aria-hidden="true"
          className={classes.resize}
          onMouseDown={(event: MouseEvent) => header.getResizeHandler()(event)}
          onTouchStart={(event: TouchEvent) => header.getResizeHandler()(event)}
          onDoubleClick={() => header.column.resetSize()}
        />
      ) : null}
    </div>
  );
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
