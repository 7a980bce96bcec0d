import type { Interaction } from '../../../local-api/contract/index.ts';
import { AssayError } from '../../errors.ts';
import type { CategoryColumn, NumericColumn, TableColumn } from '../table.ts';
import { countCategories } from './category-counts.ts';
import { columnSettings } from './column-settings.ts';
import { dayMs } from './datetime-parts.ts';
import { fitCategories } from './fit-category.ts';
import { fitNumbers } from './fit-number.ts';
import { type FitOptions, type Fitted, inputOf } from './fit-options.ts';
import type { CrossedColumn } from './fitted.ts';

const signs = { product: '×', ratio: '÷', sum: '+', difference: '−', cross: '×' } as const;

export type NumberOperation = Exclude<Interaction['kind'], 'cross'>;

export function interactionName({ kind, columns: [first, second] }: Interaction): string {
  return `${first} ${signs[kind]} ${second}`;
}

/**
 * Learns a feature that is made of two columns: a number worked out from two, or pairs of categories as categories.
 * The settings are those of all columns.
 *
 * Errors: `training/bad-recipe` when a column is missing or has another role.
 */
export async function fitInteraction(interaction: Interaction, options: FitOptions): Promise<Fitted> {
  const name = interactionName(interaction);
  const [first, second] = interaction.columns.map((column) => columnNamed(column, name, options));
  if (first === undefined || second === undefined) throw new RangeError('an interaction is of two columns');
  if (interaction.kind === 'cross') {
    if (first.role !== 'category' || second.role !== 'category') throw wrongRole(name);
    return fitCross(name, [first, second], options);
  }
  if (first.role === 'category' || second.role === 'category') throw wrongRole(name);
  return fitOperation(name, interaction.kind, [first, second], options);
}

function columnNamed(column: string, name: string, { table }: FitOptions): TableColumn {
  const found = table.columns.find((candidate) => candidate.name === column);
  if (found === undefined)
    throw new AssayError('training/bad-recipe', `"${name}": "${column}" is not among the features`);
  return found;
}

const wrongRole = (name: string) =>
  new AssayError('training/bad-recipe', `"${name}" cannot be made of these columns`);

function fitOperation(
  name: string,
  operation: NumberOperation,
  of: readonly [NumericColumn, NumericColumn],
  options: FitOptions,
): Fitted {
  const [first, second] = of;
  const values = Float64Array.from(options.rows, (row) =>
    operate(operation, isInstant(first), first.values[row] as number, second.values[row] as number),
  );
  const { numeric } = columnSettings(options.preprocessing, name);
  const fitted = fitNumbers(name, values, numeric, options.view);
  if ('dropped' in fitted) return fitted;
  const feature = {
    kind: 'interaction',
    name,
    operation,
    of: [inputOf(first), inputOf(second)],
    column: fitted.column,
  } as const;
  return { feature };
}

/** Instants have a difference in days; what has no finite answer is missing. */
export function operate(operation: NumberOperation, ofInstants: boolean, a: number, b: number): number {
  const result = {
    product: () => a * b,
    ratio: () => a / b,
    sum: () => a + b,
    difference: () => (ofInstants ? (a - b) / dayMs : a - b),
  }[operation]();
  return Number.isFinite(result) ? result : Number.NaN;
}

export const isInstant = ({ type }: Pick<TableColumn, 'type'>) => type === 'datetime' || type === 'date';

/** Both sides are numbered as training saw them; a pair is missing where either side is. */
async function fitCross(
  name: string,
  of: readonly [CategoryColumn, CategoryColumn],
  options: FitOptions,
): Promise<Fitted> {
  const settings = columnSettings(options.preprocessing, name);
  const [first, second] = of.map((column): CrossedColumn & { numbers: Int32Array } => {
    const { minCount } = columnSettings(options.preprocessing, column.name).categorical;
    const { kept } = countCategories(column, options.rows, minCount);
    const byCode = new Int32Array(column.categories.length).fill(kept.length);
    for (const [rank, { code }] of kept.entries()) byCode[code] = rank;
    const numbers = Int32Array.from(column.codes, (code) => (code < 0 ? -1 : (byCode[code] as number)));
    return { ...inputOf(column), categories: kept.map(({ category }) => category), numbers };
  });
  if (first === undefined || second === undefined) throw new RangeError('a cross is of two columns');
  const width = second.categories.length + 1;
  const pairs = new Map<number, number>();
  const codes = Int32Array.from(first.numbers, (number, row) => {
    const other = second.numbers[row] as number;
    if (number < 0 || other < 0) return -1;
    const pair = number * width + other;
    const code = pairs.get(pair) ?? pairs.size;
    pairs.set(pair, code);
    return code;
  });
  const label = (pair: number) =>
    `${first.categories[Math.floor(pair / width)] ?? '(rare)'}, ${second.categories[pair % width] ?? '(rare)'}`;
  const pairColumn: CategoryColumn = {
    name,
    type: 'integer',
    nullable: true,
    role: 'category',
    codes,
    categories: [...pairs.keys()].map(String),
  };
  await options.pause?.();
  const fitted = await fitCategories(pairColumn, options, settings, true);
  if ('dropped' in fitted) return fitted;
  const { outOfFold, ...encoding } = fitted;
  const side = ({ numbers: _, ...column }: typeof first): CrossedColumn => column;
  return {
    feature: {
      kind: 'cross',
      name,
      of: [side(first), side(second)],
      labels: new Map([...pairs.keys()].map((pair) => [String(pair), label(pair)])),
      ...encoding,
    },
    outOfFold,
  };
}
