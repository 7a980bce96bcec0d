import type { Cell, Signature } from '../../local-api/contract/index.ts';
import { createSession } from '../onnx/index.ts';
import { encodeRequest, newPace, runBatches } from '../serving/index.ts';
import type { Answers } from './bundle.ts';

type Input = Signature['inputs'][number];

/** At least so many; more where it takes them to show every kind of value of every input. */
const fewestRows = 32;
const mostKinds = 64;

/**
 * Rows by which a model is checked wherever it runs: every example of the signature, numbers between and far beyond them,
 * texts that training never saw, and missing values one column at a time and all at once. They are put together of the
 * examples that the signature holds anyway, so no row of the data leaves with them.
 *
 * Inputs take their kinds of values in turn, each at a pace of its own, so that kinds meet in changing company.
 * The same signature gives the same rows.
 */
export function goldenRows({ inputs }: Signature): Record<string, Cell>[] {
  const kinds = inputs.map((input) => valuesOf(input).slice(0, mostKinds));
  const count = Math.max(fewestRows, ...kinds.map((values) => values.length));
  const mixed = Array.from({ length: count }, (_, row) =>
    rowOf(inputs, (column) => {
      const values = kinds[column] ?? [];
      // Once around in step, so that each value is there; then apart.
      const round = Math.floor(row / values.length);
      return values[(row + round * (column + 1)) % values.length] ?? null;
    }),
  );
  const missing = inputs.flatMap((input, absent) =>
    input.nullable
      ? [rowOf(inputs, (column) => (column === absent ? null : (kinds[column]?.[0] ?? null)))]
      : [],
  );
  const bare = rowOf(inputs, (column) => (inputs[column]?.nullable ? null : (kinds[column]?.[0] ?? null)));
  return [...mixed, ...missing.slice(0, mostKinds), bare];
}

function rowOf(inputs: readonly Input[], cell: (column: number) => Cell): Record<string, Cell> {
  return Object.fromEntries(inputs.map(({ name }, column) => [name, cell(column)]));
}

/** Kinds of values of an input, the examples first; at least one. */
function valuesOf(input: Input): Cell[] {
  const examples = input.examples.filter((cell) => cell !== null);
  return unique([...examples, ...beyond(input, examples), ...(input.nullable ? [null] : [])]);
}

/** Values that are no examples. */
function beyond({ type }: Input, examples: readonly Cell[]): Cell[] {
  switch (type) {
    case 'boolean':
      return [false, true];
    case 'string':
      return ['a value that training never saw', 'Ünseen \u{1F50D}', ' '];
    case 'integer':
      // Adding zero makes zero of minus zero, which JSON does not tell apart.
      return numbersBeyond(examples)
        .map((value) => Math.round(value) + 0)
        .filter(Number.isSafeInteger);
    case 'float':
      return numbersBeyond(examples);
    case 'datetime':
      return ['1999-12-31T23:59:59.999Z', '2024-02-29T12:30:00.000Z', '2038-01-19T03:14:08.000Z'];
    case 'date':
      return ['1999-12-31', '2024-02-29', '2038-01-19'];
  }
}

function numbersBeyond(examples: readonly Cell[]): number[] {
  const numbers = examples.filter((cell) => typeof cell === 'number').sort((a, b) => a - b);
  const lowest = numbers[0] ?? 0;
  const highest = numbers.at(-1) ?? 1;
  const width = Math.max(highest - lowest, Math.abs(highest), 1);
  const between = numbers.slice(1).map((value, i) => (value + (numbers[i] ?? value)) / 2);
  return [...between, 0, 1, -1, highest + width, lowest - width, highest + 1000 * width];
}

function unique(cells: readonly Cell[]): Cell[] {
  return [...new Map(cells.map((cell) => [JSON.stringify(cell), cell])).values()];
}

/** The answers of a model for rows. Errors: models/invalid-onnx, predictions/bad-rows. */
export async function answersOf(
  model: Uint8Array,
  signature: Signature,
  rows: Record<string, Cell>[],
): Promise<Answers> {
  const session = await createSession(model);
  try {
    const encoded = await encodeRequest(signature, { rows });
    const { milliseconds: _, ...answers } = await runBatches(session, signature, encoded, newPace());
    return answers;
  } finally {
    await session.release();
  }
}
