import { Checkbox } from '@mantine/core';
import { type MouseEvent, memo } from 'react';
import classes from './DataTable.module.css';
import type { DataColumn } from './DataTable.tsx';

type Props<Row> = {
  domId: string;
  index: number;
  row: Row;
  columns: readonly DataColumn<Row>[];
  top: number;
  height: number;
  isActive: boolean;
  isCurrent: boolean;
  /** null: rows cannot be selected. */
  isSelected: boolean | null;
  canOpen: boolean;
  onClick: (index: number, event: MouseEvent) => void;
  onToggle: (index: number, event: MouseEvent) => void;
};

function Row<Row>(props: Props<Row>) {
  const { index, row, columns, isSelected } = props;
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keyboard.
    <div
      role="row"
      id={props.domId}
      aria-rowindex={index + 2}
      aria-selected={isSelected ?? undefined}
      aria-current={props.isCurrent ? 'true' : undefined}
      className={classes.row}
      data-active={props.isActive || undefined}
      data-selected={isSelected || undefined}
      data-current={props.isCurrent || undefined}
      data-opens={props.canOpen || undefined}
      style={{ transform: `translateY(${props.top}px)`, height: props.height }}
      onClick={(event) => props.onClick(index, event)}
    >
      {isSelected === null ? null : (
        // biome-ignore lint/a11y/useSemanticElements: see above.
        // biome-ignore lint/a11y/useFocusableInteractive: see above.
        // biome-ignore lint/a11y/useKeyWithClickEvents: Space selects the active row.
        <div
          role="gridcell"
          className={classes.selectCell}
          onClick={(event) => {
            event.stopPropagation();
            props.onToggle(index, event);
          }}
        >
          <Checkbox
            size="xs"
            checked={isSelected}
            readOnly
            tabIndex={-1}
            aria-label={`Select row ${index + 1}`}
          />
        </div>
      )}
      {columns.map((column) => (
        // biome-ignore lint/a11y/useSemanticElements: see above.
        // biome-ignore lint/a11y/useFocusableInteractive: see above.
        <div key={column.id} role="gridcell" className={classes.cell} data-align={column.align}>
          {column.cell(row)}
        </div>
      ))}
    </div>
  );
}

/** Rows are drawn again only when something of their own changed: scrolling and moving stay cheap. */
export const TableRow = memo(Row) as typeof Row;
