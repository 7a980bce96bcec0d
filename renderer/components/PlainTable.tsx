import type { ReactNode } from 'react';
import classes from './plain-table.module.css';
import { ScrollRegion } from './ScrollRegion.tsx';

export type PlainColumn<Row> = {
  /** Its head. */
  name: ReactNode;
  cell: (row: Row) => ReactNode;
  /** Tells columns of the same name apart; the name where left out. */
  id?: string;
  /** To the right, in figures of one width. */
  isNumber?: boolean;
  /** Its cells name their rows; the first column where no other does. */
  namesRow?: boolean;
  /** Shown over the head by a mouse that rests. */
  hint?: string | undefined;
  /** Shown over a cell by a mouse that rests. */
  cellHint?: (row: Row) => string | undefined;
};

type Props<Row> = {
  /** What the table holds, for screen readers. */
  label: string;
  /** Columns that this data has not may be null. */
  columns: readonly (PlainColumn<Row> | null)[];
  rows: readonly Row[];
  keyOf: (row: Row) => string | number;
  /** A line below a row, over all its columns. */
  below?: (row: Row) => ReactNode;
  /** Rows that stand out. */
  isMarked?: (row: Row) => boolean;
  /** Closer, without padding at its sides, for panels and dialogs that have it. */
  isInset?: boolean;
  /** In pixels; 520 where left out. */
  maxHeight?: number;
  /** Rows after all others. */
  children?: ReactNode;
};

/** A small table that is shown whole: text at the left, numbers at the right; long ones scroll in their place. */
export function PlainTable<Row>(props: Props<Row>) {
  const { label, rows, keyOf, below, isMarked, isInset, maxHeight, children } = props;
  const columns = props.columns.filter((column) => column !== null);
  const naming = columns.find(({ namesRow }) => namesRow) ?? columns[0];
  return (
    <ScrollRegion label={label} className={classes.scroll} style={maxHeight ? { maxHeight } : undefined}>
      <table className={classes.table} data-inset={isInset || undefined}>
        <thead>
          <tr>
            {columns.map((column) => (
              <th
                key={idOf(column)}
                scope="col"
                className={column.isNumber ? classes.right : undefined}
                title={column.hint}
              >
                {column.name}
              </th>
            ))}
          </tr>
        </thead>
        {below === undefined ? (
          <tbody>
            {rows.map((row) => (
              <Cells
                key={keyOf(row)}
                row={row}
                columns={columns}
                naming={naming}
                isMarked={isMarked?.(row)}
              />
            ))}
            {children}
          </tbody>
        ) : (
          rows.map((row) => (
            <tbody key={keyOf(row)}>
              <Cells row={row} columns={columns} naming={naming} isMarked={isMarked?.(row)} />
              <tr className={classes.below}>
                <td colSpan={columns.length}>{below(row)}</td>
              </tr>
            </tbody>
          ))
        )}
      </table>
    </ScrollRegion>
  );
}

type CellsProps<Row> = {
  row: Row;
  columns: readonly PlainColumn<Row>[];
  naming: PlainColumn<Row> | undefined;
  isMarked: boolean | undefined;
};

function Cells<Row>({ row, columns, naming, isMarked }: CellsProps<Row>) {
  return (
    <tr data-marked={isMarked || undefined}>
      {columns.map((column) => {
        const Tag = column === naming ? 'th' : 'td';
        return (
          <Tag
            key={idOf(column)}
            scope={column === naming ? 'row' : undefined}
            className={column.isNumber ? classes.right : undefined}
            title={column.cellHint?.(row)}
          >
            {column.cell(row)}
          </Tag>
        );
      })}
    </tr>
  );
}

const idOf = <Row,>({ id, name }: PlainColumn<Row>): string => id ?? String(name);
