import type { Problem, Recipe } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { columnNamed, type TrainingTable } from './table.ts';

export type RowWeights = {
  /** For fitting: the weight column times the weight of the class; null: all rows count the same. */
  fit: Float64Array | null;
  /** For choosing and scoring: the weight column alone. */
  column: Float64Array | null;
};

/**
 * How much each row of a table counts. `balanced` gives every class the same sum over the training rows.
 *
 * Errors: `training/bad-recipe` when a weight is missing or negative, all training rows weigh nothing, or weights name a class
 * that the target does not have.
 */
export function rowWeights(
  table: TrainingTable,
  trainRows: Int32Array,
  { weights }: Pick<Recipe, 'weights'>,
): RowWeights {
  const column = weights.column === undefined ? null : weightColumn(table, trainRows, weights.column);
  const factors = classFactors(table, trainRows, weights.classes, column);
  if (factors === null || table.target.task !== 'classification') return { fit: column, column };
  const { codes } = table.target;
  const fit = Float64Array.from(codes, (code, row) => (factors[code] as number) * (column?.[row] ?? 1));
  return { fit, column };
}

/** How much rows count in the figures; null: all the same, unless the recipe says otherwise. */
export function figureWeights(
  { column }: RowWeights,
  { weights }: Pick<Recipe, 'weights'>,
  rows: Int32Array,
): Float64Array | null {
  if (!weights.inFigures || column === null) return null;
  return Float64Array.from(rows, (row) => column[row] as number);
}

function weightColumn(table: TrainingTable, trainRows: Int32Array, name: string): Float64Array {
  const column = columnNamed(table, name);
  if (column === undefined) throw new RangeError(`the table has no column "${name}"`);
  const values =
    column.role === 'category'
      ? Float64Array.from(column.codes, (code) => Number(column.categories[code] ?? Number.NaN))
      : column.values;
  const bad = values.reduce((sum, value) => sum + (value >= 0 ? 0 : 1), 0);
  if (bad > 0)
    refuse(
      '/weights/column',
      `"${name}" is missing or negative in ${bad} rows; weights are numbers from 0 on`,
    );
  if (!trainRows.some((row) => (values[row] as number) > 0))
    refuse('/weights/column', `"${name}" is 0 in every training row`);
  return values;
}

function classFactors(
  { target }: TrainingTable,
  trainRows: Int32Array,
  classes: Recipe['weights']['classes'],
  column: Float64Array | null,
): Float64Array | null {
  if (classes === undefined || target.task !== 'classification') return null;
  if (classes !== 'balanced') {
    const unknown = Object.keys(classes).filter((name) => !target.classes.includes(name));
    if (unknown.length > 0) {
      const named = unknown.map((name) => `"${name}"`).join(', ');
      refuse('/weights/classes', `the target has no class ${named}; it has ${target.classes.join(', ')}`);
    }
    return Float64Array.from(target.classes, (name) =>
      Object.hasOwn(classes, name) ? (classes[name] ?? 1) : 1,
    );
  }
  const sums = new Float64Array(target.classes.length);
  for (const row of trainRows) {
    const code = target.codes[row] as number;
    sums[code] = (sums[code] as number) + (column?.[row] ?? 1);
  }
  const total = sums.reduce((sum, value) => sum + value, 0);
  // A class without a training row weighs nothing there anyhow.
  return sums.map((sum) => (sum > 0 ? total / (sums.length * sum) : 1));
}

function refuse(path: string, message: string): never {
  const problem: Problem = { path: `/recipe${path}`, message };
  throw new AssayError('training/bad-recipe', `${problem.path}: ${message}`, { problems: [problem] });
}
