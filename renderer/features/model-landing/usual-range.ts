import type { ColumnProfile, DatasetProfile, Signature } from '../../../local-api/contract/index.ts';

type Input = Signature['inputs'][number];

/** Between which numbers an input lies; null where it is not known, and for other inputs. */
export type UsualRange = { low: number; high: number } | null;

/**
 * Where the numbers of each input lie, by name: from the profile of the data the model was trained on, and without it from the
 * examples of the signature with half their spread on either side.
 */
export function usualRanges(
  { inputs }: Signature,
  profile: DatasetProfile | null,
): Record<string, UsualRange> {
  const columns = new Map((profile?.columns ?? []).map((column) => [column.name, column]));
  return Object.fromEntries(
    inputs.map((input) => {
      const column = columns.get(input.name);
      return [input.name, column === undefined ? rangeOfExamples(input) : rangeOfColumn(column)];
    }),
  );
}

function rangeOfColumn({ min, max }: ColumnProfile): UsualRange {
  return typeof min === 'number' && typeof max === 'number' ? { low: min, high: max } : null;
}

function rangeOfExamples({ examples }: Input): UsualRange {
  const known = examples.filter((cell) => cell !== null);
  const numbers = known.filter((cell) => typeof cell === 'number').sort((a, b) => a - b);
  const [low, high] = [numbers[0], numbers.at(-1)];
  if (low === undefined || high === undefined || numbers.length !== known.length) return null;
  const spread = high > low ? high - low : Math.max(Math.abs(low), 1);
  // What was never below zero in training is not asked about below zero.
  return { low: low >= 0 ? Math.max(0, low - spread / 2) : low - spread / 2, high: high + spread / 2 };
}

/** Where a slider of a number may go, and how far at once: in about a hundred steps. Null for other inputs. */
export function sliderRange(
  { type }: Input,
  usual: UsualRange,
): { min: number; max: number; step: number } | null {
  if ((type !== 'integer' && type !== 'float') || usual === null || usual.high <= usual.low) return null;
  const { low, high } = usual;
  if (type === 'integer') return { min: Math.floor(low), max: Math.ceil(high), step: 1 };
  const step = 10 ** Math.floor(Math.log10((high - low) / 100));
  // Multiples of a power of ten come out with a last digit of their own.
  const exact = (value: number) => Number(value.toPrecision(12));
  return {
    min: exact(Math.floor(exact(low / step)) * step),
    max: exact(Math.ceil(exact(high / step)) * step),
    step: exact(step),
  };
}
