import type { Cell, Signature } from '../../local-api/contract/index.ts';
import type { Pipeline } from './pipeline.ts';
import type { TableColumn, TrainingTable } from './table.ts';

const examplesPerInput = 3;

/**
 * What the model takes and gives: its raw inputs with examples from the training rows, the target and the classes.
 * `positive` is null for more than two classes and for regression.
 */
export function signatureOf(options: {
  inputs: Pipeline['inputs'];
  table: TrainingTable;
  trainingRows: Int32Array;
  target: string;
  positive: string | null;
  /** Two classes: the positive one is answered from this probability on; 0.5 when left out. */
  threshold?: number;
}): Signature {
  const { inputs, table, trainingRows, target, positive, threshold = 0.5 } = options;
  const byName = new Map(table.columns.map((column) => [column.name, column]));
  return {
    task: table.target.task,
    inputs: inputs.map(({ name, type, nullable }) => {
      const column = byName.get(name);
      return { name, type, nullable, examples: column === undefined ? [] : examples(column, trainingRows) };
    }),
    target,
    classes: table.target.task === 'classification' ? [...table.target.classes] : null,
    positive,
    ...(positive === null || threshold === 0.5 ? {} : { threshold }),
  };
}

/** The first few different values, spread over the rows. */
function examples(column: TableColumn, rows: Int32Array): Cell[] {
  const found: Cell[] = [];
  const step = Math.max(1, Math.floor(rows.length / 100));
  for (let index = 0; index < rows.length && found.length < examplesPerInput; index += step) {
    const cell = cellAt(column, rows[index] as number);
    if (cell !== null && !found.includes(cell)) found.push(cell);
  }
  return found;
}

/** The value as it travels in JSON; null when missing. */
function cellAt(column: TableColumn, row: number): Cell {
  if (column.role === 'category') {
    const text = column.categories[column.codes[row] as number];
    if (text === undefined || column.type === 'string') return text ?? null;
    return Number.isSafeInteger(Number(text)) ? Number(text) : text;
  }
  const value = column.values[row] as number;
  if (Number.isNaN(value)) return null;
  if (column.type === 'boolean') return value === 1;
  if (column.type === 'datetime') return new Date(value).toISOString();
  if (column.type === 'date') return new Date(value).toISOString().slice(0, 10);
  return value;
}
