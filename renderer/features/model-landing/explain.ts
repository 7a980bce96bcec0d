import type {
  Cell,
  ColumnProfile,
  DatasetProfile,
  PredictResponse,
  Signature,
} from '../../../local-api/contract/index.ts';

type Input = Signature['inputs'][number];
type Row = Record<string, Cell>;

/** The value that stands for an input where it is left out, and the numbers between which it lies. */
export type Usual = { typical: Cell; low: number | null; high: number | null };

/**
 * What is usual for each input, by name: from the profile of the data the model was trained on (median, else the most frequent
 * value; smallest and largest), and without it from the examples of the signature with half their spread on either side.
 */
export function usualValues({ inputs }: Signature, profile: DatasetProfile | null): Record<string, Usual> {
  const columns = new Map((profile?.columns ?? []).map((column) => [column.name, column]));
  return Object.fromEntries(
    inputs.map((input) => {
      const column = columns.get(input.name);
      return [input.name, column === undefined ? usualOfExamples(input) : usualOfColumn(input, column)];
    }),
  );
}

function usualOfColumn({ type }: Input, { quantiles, topValues, min, max }: ColumnProfile): Usual {
  const isNumber = type === 'integer' || type === 'float';
  const middle = quantiles?.p50 ?? null;
  return {
    typical:
      isNumber && middle !== null
        ? type === 'integer'
          ? Math.round(middle)
          : middle
        : (topValues[0]?.value ?? null),
    low: typeof min === 'number' ? min : null,
    high: typeof max === 'number' ? max : null,
  };
}

function usualOfExamples({ examples }: Input): Usual {
  const known = examples.filter((cell) => cell !== null);
  const numbers = known.filter((cell) => typeof cell === 'number').sort((a, b) => a - b);
  const [low, high] = [numbers[0] ?? null, numbers.at(-1) ?? null];
  if (low !== null && high !== null && numbers.length === known.length) {
    const spread = high > low ? high - low : Math.max(Math.abs(low), 1);
    return {
      typical: numbers[Math.floor((numbers.length - 1) / 2)] ?? null,
      // What was never below zero in training is not asked about below zero.
      low: low >= 0 ? Math.max(0, low - spread / 2) : low - spread / 2,
      high: high + spread / 2,
    };
  }
  const counts = new Map<Cell, number>();
  for (const cell of known) counts.set(cell, (counts.get(cell) ?? 0) + 1);
  const [most] = [...counts].sort(([, a], [, b]) => b - a);
  return { typical: most?.[0] ?? null, low: null, high: null };
}

/** The row itself, and then one row an input with that input alone set to its typical value. */
export function oneAtATime({ inputs }: Signature, usual: Readonly<Record<string, Usual>>, row: Row): Row[] {
  return [
    row,
    ...inputs.map(({ name, nullable }) => {
      const typical = usual[name]?.typical ?? null;
      // With nothing typical there is nothing to put in the place of a value that must be there.
      return typical === null && !nullable ? row : { ...row, [name]: typical };
    }),
  ];
}

export type Contribution = {
  name: string;
  cell: Cell;
  typical: Cell;
  /** What the answer would lose without this value: probability of the class that was answered, or the number itself. */
  change: number;
};

/**
 * How much each input moves an answer away from what it would be with a typical value there, the strongest first; inputs
 * change one at a time, so what several do together is not seen.
 *
 * `answer` are the answers to the rows of `oneAtATime`.
 */
export function contributionsOf(
  { inputs }: Signature,
  usual: Readonly<Record<string, Usual>>,
  row: Row,
  answer: PredictResponse,
): Contribution[] {
  const score = scoreOf(answer);
  const own = score(0);
  return inputs
    .map((input, index) => ({
      name: input.name,
      cell: row[input.name] ?? null,
      typical: usual[input.name]?.typical ?? null,
      change: own - score(index + 1),
    }))
    .sort((a, b) => Math.abs(b.change) - Math.abs(a.change));
}

function scoreOf({ label, classes, probabilities, value }: PredictResponse): (row: number) => number {
  const chosen = classes?.indexOf(label?.[0] ?? '') ?? -1;
  if (chosen < 0) return (row) => value?.[row] ?? 0;
  return (row) => probabilities?.[row]?.[chosen] ?? 0;
}

/** Where a slider of a number may go, and how far at once: in about a hundred steps. Null for other inputs. */
export function sliderRange(
  { type }: Input,
  usual: Usual | undefined,
): { min: number; max: number; step: number } | null {
  const { low = null, high = null } = usual ?? {};
  if ((type !== 'integer' && type !== 'float') || low === null || high === null || high <= low) return null;
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
