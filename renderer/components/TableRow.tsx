import { IconChevronRight } from '@tabler/icons-react';
import { type MouseEvent, memo, type ReactNode } from 'react';
import type { PlacedColumn, RowGrid } from './column-layout.ts';
import classes from './DataTable.module.css';
import type { DataColumn } from './DataTable.tsx';
import { cellStyle } from './TableHead.tsx';

type Props<Row> = {
  domId: string;
  index: number;
  row: Row;
  cells: readonly PlacedColumn<DataColumn<Row>>[];
  grid: RowGrid;
  /** Null for a row that stands where it comes, under the head. */
  top: number | null;
  height: number;
  /** Depth in a tree, from 1; null where rows are no tree. */
  level: number | null;
  /** Null: nothing to unfold. */
  isUnfolded: boolean | null;
  isActive: boolean;
  isCurrent: boolean;
  /** null: rows cannot be selected. */
  isSelected: boolean | null;
  canOpen: boolean;
  onClick: (index: number, event: MouseEvent) => void;
  onToggle: (index: number, event: MouseEvent) => void;
  onFold: (index: number, event: MouseEvent) => void;
  onMenu: (index: number, event: MouseEvent) => void;
};

function Row<Row>(props: Props<Row>) {
  const { index, row, cells, grid, isSelected, top, height, level } = props;
  const offset = isSelected === null ? 1 : 2;
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: the grid handles the keyboard.
    <div
      role="row"
      id={props.domId}
      aria-rowindex={index + 2}
      aria-level={level ?? undefined}
      aria-expanded={props.isUnfolded ?? undefined}
      aria-selected={isSelected ?? undefined}
      aria-current={props.isCurrent ? 'true' : undefined}
      className={classes.row}
      data-placed={top !== null || undefined}
      data-active={props.isActive || undefined}
      data-selected={isSelected || undefined}
      data-current={props.isCurrent || undefined}
      data-opens={props.canOpen || undefined}
      style={{
        gridTemplateColumns: grid.tracks,
        height,
        ...(top === null ? {} : { transform: `translateY(${top}px)` }),
      }}
      onClick={(event) => props.onClick(index, event)}
      onContextMenu={(event) => props.onMenu(index, event)}
    >
      {isSelected === null ? null : (
        <SelectCell index={index} isSelected={isSelected} onToggle={props.onToggle} />
      )}
      {cells.map(({ column, isFrozen, left, index: at }) => (
        <Cell
          key={column.id}
          column={column}
          row={row}
          colIndex={at + offset}
          left={isFrozen ? left : null}
          line={at === grid.windowFrom ? grid.windowLine : null}
        >
          {column.isTree && level !== null ? <Twisty {...props} level={level} /> : null}
        </Cell>
      ))}
    </div>
  );
}

type SelectProps = {
  index: number;
  isSelected: boolean;
  onToggle: (index: number, event: MouseEvent) => void;
};

const SelectCell = memo(function SelectCell({ index, isSelected, onToggle }: SelectProps) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row.
    // biome-ignore lint/a11y/useKeyWithClickEvents: Space selects the active row.
    <div
      role="gridcell"
      aria-colindex={1}
      className={classes.selectCell}
      data-frozen=""
      onClick={(event) => {
        event.stopPropagation();
        onToggle(index, event);
      }}
    >
      <input
        type="checkbox"
        className={classes.check}
        checked={isSelected}
        readOnly
        tabIndex={-1}
        aria-label={`Select row ${index + 1}`}
      />
    </div>
  );
});

type CellProps<Row> = {
  column: DataColumn<Row>;
  row: Row;
  colIndex: number;
  /** Where a frozen cell stays; null for one that scrolls. */
  left: number | null;
  line: number | null;
  children: ReactNode;
};

function PlainCell<Row>({ column, row, colIndex, left, line, children }: CellProps<Row>) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: virtual rows are positioned, which a table element cannot hold.
    // biome-ignore lint/a11y/useFocusableInteractive: the grid holds the focus and names the active row.
    <div
      role="gridcell"
      aria-colindex={colIndex}
      className={classes.cell}
      data-align={column.align}
      data-frozen={left !== null || undefined}
      style={cellStyle(left, line)}
    >
      {children}
      {column.cell(row)}
    </div>
  );
}

/** When other columns come in sight, the cells that stay are not drawn again. */
const Cell = memo(PlainCell) as typeof PlainCell;

/** The arrow that unfolds a row; the keys left and right do the same, so it needs no stop of its own. */
function Twisty<Row>({ index, level, isUnfolded, onFold }: Props<Row> & { level: number }) {
  return (
    <span className={classes.twisty} style={{ paddingLeft: (level - 1) * 16 }}>
      {isUnfolded === null ? null : (
        <button
          type="button"
          tabIndex={-1}
          className={classes.fold}
          data-unfolded={isUnfolded || undefined}
          aria-label={isUnfolded ? 'Fold' : 'Unfold'}
          onClick={(event) => onFold(index, event)}
        >
          <IconChevronRight size={14} aria-hidden="true" />
        </button>
      )}
    </span>
  );
}

/** Rows are drawn again only when something of their own changed: scrolling and moving stay cheap. */
export const TableRow = memo(Row) as typeof Row;
