import type { Cell, ColumnType } from '../../../local-api/contract/index.ts';
import classes from './CellValue.module.css';

type Value = Cell | undefined;

/** One cell of a table of data. Missing values are marked, numbers written in full. */
export function CellValue({ value, type }: { value: Value; type: ColumnType }) {
  if (value === null || value === undefined) return <span className={classes.missing}>missing</span>;
  const isNumber = type === 'integer' || type === 'float';
  const text =
    type === 'datetime'
      ? String(value)
          .replace('T', ' ')
          .replace(/(\.0+)?Z$/, '')
      : String(value);
  return <span className={isNumber ? classes.number : undefined}>{text === '' ? '""' : text}</span>;
}
