import type { Split } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { type SeededRandom, seededRandom, shuffle } from '../statistics/index.ts';
import type { TrainingTable } from './table.ts';

/** Row numbers of a table, ascending, each in exactly one part. */
export type RowParts = { train: Int32Array; validation: Int32Array; test: Int32Array };

/** Fewer rows than this teach nothing. */
const MIN_TRAIN_ROWS = 10;

/**
 * Shares the rows out. `time` takes the table's order as time (see `readTable`): newest rows test, those before validate.
 * `random` draws by the seed; stratified, every class is spread in proportion and keeps at least one training row.
 *
 * Errors: `training/too-little-data` when a part would be empty or fewer than 10 rows are left to train on.
 * Cost: O(rows).
 */
export function splitRows(table: TrainingTable, split: Split, seed: number): RowParts {
  const { rows, target } = table;
  const parts =
    split.kind === 'time'
      ? byOrder(rows, split)
      : byChance(
          split.stratify && target.task === 'classification' ? target.codes : new Int32Array(rows),
          split,
          seededRandom(seed, 'split'),
        );
  const sizes = `${parts.train.length} to train, ${parts.validation.length} to validate and ${parts.test.length} to test`;
  if (parts.train.length < MIN_TRAIN_ROWS || parts.validation.length === 0 || parts.test.length === 0) {
    throw new AssayError(
      'training/too-little-data',
      `${rows} rows give ${sizes} on; at least ${MIN_TRAIN_ROWS}, 1 and 1 are needed.`,
    );
  }
  return parts;
}

type Shares = { test: number; validation: number };

function byOrder(rows: number, { test, validation }: Shares): RowParts {
  const testFrom = rows - Math.round(rows * test);
  const validationFrom = Math.max(0, testFrom - Math.round(rows * validation));
  const range = (from: number, to: number) => Int32Array.from({ length: to - from }, (_, i) => from + i);
  return {
    train: range(0, validationFrom),
    validation: range(validationFrom, testFrom),
    test: range(testFrom, rows),
  };
}

/** Draws within each stratum; rounding is carried over, so that the totals are right with many small strata too. */
function byChance(strata: Int32Array, { test, validation }: Shares, random: SeededRandom): RowParts {
  const members = new Map<number, number[]>();
  strata.forEach((stratum, row) => {
    const known = members.get(stratum);
    if (known) known.push(row);
    else members.set(stratum, [row]);
  });
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
  return {
    train: Int32Array.from(parts.train).sort(),
    validation: Int32Array.from(parts.validation).sort(),
    test: Int32Array.from(parts.test).sort(),
  };
}

function clamp(value: number, max: number): number {
  return Math.max(0, Math.min(value, max));
}
