import type { Split } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type SeededRandom, seededRandom, shuffle } from '../statistics/index.ts';
import type { TrainingTable } from './table.ts';
import { groupsOf } from './validation/groups.ts';

/** Row numbers of a table, ascending, each in exactly one part. */
export type RowParts = { train: Int32Array; validation: Int32Array; test: Int32Array };

/** Fewer rows than this teach nothing. */
const MIN_TRAIN_ROWS = 10;

/**
 * Shares the rows out. `time` takes the table's order as time (see `readTable`): newest rows test, those before validate.
 * `random` draws by the seed; stratified, every class is spread in proportion and keeps at least one training row.
 * `group` draws whole groups by the seed; the shares are met as nearly as the groups allow. Rows to put in order stay
 * with those of their query: `random` draws queries, `time` takes them by their last row.
 *
 * Errors: `training/too-little-data` when a part would be empty or fewer than 10 rows are left to train on.
 * Cost: O(rows).
 */
export function splitRows(table: TrainingTable, split: Split, seed: number): RowParts {
  const { rows } = table;
  const parts = partsOf(table, split, seededRandom(seed, 'split'));
  const sizes = `${parts.train.length} to train, ${parts.validation.length} to validate and ${parts.test.length} to test`;
  if (parts.train.length < MIN_TRAIN_ROWS || parts.validation.length === 0 || parts.test.length === 0) {
    throw new AssayError(
      'training/too-little-data',
      `${rows} rows${groupsText(table, split)} give ${sizes} on; at least ${MIN_TRAIN_ROWS}, 1 and 1 are needed.`,
    );
  }
  return parts;
}

/** A group stays whole, so that few of them leave parts empty. */
function groupsText(table: TrainingTable, split: Split): string {
  if (split.kind !== 'group') return '';
  const { size } = new Set(groupsOf(table, split.column));
  return ` in ${size} ${size === 1 ? 'group' : 'groups'} by "${split.column}"`;
}

function partsOf(table: TrainingTable, split: Split, random: SeededRandom): RowParts {
  const rows = Int32Array.from({ length: table.rows }, (_, row) => row);
  const { target } = table;
  if (target.task === 'ranking' && split.kind !== 'group')
    return byQuery(rows, target.queries, split, random);
  if (split.kind === 'time') return byOrder(rows, split);
  if (split.kind === 'group') return byGroup(rows, groupsOf(table, split.column), split, random);
  const strata = split.stratify && target.task === 'classification' ? target.codes : null;
  return byChance(rows, strata, split, random);
}

type Shares = { test: number; validation: number };

/** Takes `rows` as ordered, oldest first. */
export function byOrder(rows: Int32Array, { test, validation }: Shares): RowParts {
  const testFrom = rows.length - Math.round(rows.length * test);
  const validationFrom = Math.max(0, testFrom - Math.round(rows.length * validation));
  return {
    train: rows.slice(0, validationFrom),
    validation: rows.slice(validationFrom, testFrom),
    test: rows.slice(testFrom),
  };
}

/** Shares out whole queries: in time by their last row, else as they are drawn. */
export function byQuery(
  rows: Int32Array,
  queries: Int32Array,
  split: Shares & { kind: 'time' | 'random' },
  random: SeededRandom,
): RowParts {
  if (split.kind === 'random') return byGroup(rows, queries, split, random);
  const newestFirst = [...membersBy(rows, queries).values()].sort(
    (a, b) => (b.at(-1) ?? 0) - (a.at(-1) ?? 0),
  );
  return dealtOut(newestFirst, rows.length, split);
}

/** Rows by their key, each in the order of `rows`. */
export function membersBy(rows: Int32Array, keys: Int32Array | null): Map<number, number[]> {
  const members = new Map<number, number[]>();
  for (const row of rows) {
    const key = keys === null ? 0 : (keys[row] as number);
    const known = members.get(key);
    if (known) known.push(row);
    else members.set(key, [row]);
  }
  return members;
}

/**
 * Draws within each stratum (of a row of the table; null: one for all); rounding is carried over, so that the totals are
 * right with many small strata too.
 */
export function byChance(
  among: Int32Array,
  strata: Int32Array | null,
  { test, validation }: Shares,
  random: SeededRandom,
): RowParts {
  const members = membersBy(among, strata);
  const parts: Record<keyof RowParts, number[]> = { train: [], validation: [], test: [] };
  let seen = 0;
  for (const stratum of [...members.keys()].sort((a, b) => a - b)) {
    const rows = Int32Array.from(members.get(stratum) ?? []);
    shuffle(rows, random);
    seen += rows.length;
    // One row always stays for training.
    const toTest = clamp(Math.round(seen * test) - parts.test.length, rows.length - 1);
    const wanted = Math.round(seen * validation) - parts.validation.length;
    const toValidation = clamp(wanted, rows.length - 1 - toTest);
    rows.forEach((row, i) => {
      const part = i < toTest ? 'test' : i < toTest + toValidation ? 'validation' : 'train';
      parts[part].push(row);
    });
  }
  return sorted(parts);
}

/**
 * Draws whole groups (of a row of the table): each in turn goes where it brings the share nearer to what is wanted, else to
 * training.
 */
export function byGroup(
  among: Int32Array,
  groups: Int32Array,
  shares: Shares,
  random: SeededRandom,
): RowParts {
  const members = [...membersBy(among, groups).values()];
  const order = Int32Array.from(members.keys());
  shuffle(order, random);
  const drawn = Array.from(order, (index) => members[index] ?? []);
  return dealtOut(drawn, among.length, shares);
}

/** Groups in their turn: to the test part as long as that brings it nearer to its share, then to validation, else to training. */
function dealtOut(
  groups: readonly (readonly number[])[],
  count: number,
  { test, validation }: Shares,
): RowParts {
  const wanted = { test: count * test, validation: count * validation };
  const parts: Record<keyof RowParts, number[]> = { train: [], validation: [], test: [] };
  for (const rows of groups) {
    const fits = (part: keyof Shares) => parts[part].length + rows.length / 2 <= wanted[part];
    const part = fits('test') ? 'test' : fits('validation') ? 'validation' : 'train';
    for (const row of rows) parts[part].push(row);
  }
  return sorted(parts);
}

function sorted({ train, validation, test }: Record<keyof RowParts, number[]>): RowParts {
  return {
    train: Int32Array.from(train).sort(),
    validation: Int32Array.from(validation).sort(),
    test: Int32Array.from(test).sort(),
  };
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(value, max));
}
