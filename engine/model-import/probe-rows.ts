import type { Cell, Signature } from '../../local-api/contract/index.ts';

type Input = Signature['inputs'][number];

/** Rows that are tried first: zeros and then small numbers that differ. */
export const probeCount = 4;

/** Rows for the columns of a model that nothing is known of yet: the first of zeros, then numbers between -2 and 2. */
export function probeRows(inputs: readonly Input[]): Record<string, Cell>[] {
  return Array.from({ length: probeCount }, (_, row) =>
    Object.fromEntries(inputs.map((input, i) => [input.name, probeCell(input, row, i)])),
  );
}

function probeCell({ type }: Input, row: number, column: number): Cell {
  switch (type) {
    case 'integer':
      return row === 0 ? 0 : (row + column) % 3;
    case 'boolean':
      return row > 0 && (row + column) % 2 === 0;
    case 'string':
      return row === 0 ? 'text' : `text ${(row + column) % 3}`;
    default:
      // Sines of different speeds: no two columns move together.
      return row === 0 ? 0 : 2 * Math.sin(1.7 * row + 2.3 * column * row + column);
  }
}
