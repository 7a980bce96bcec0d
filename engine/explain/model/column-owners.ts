import type { Signature } from '../../../local-api/contract/index.ts';
import { joinRows, pickRows, type RowSet, replaceInput } from './row-set.ts';

type Input = Signature['inputs'][number];

/** Finds which raw input each column of a model's matrix is made of, by changing one input at a time. */
export type ColumnOwners = {
  /** Index of the input each column is made of; −1 where no input has changed it yet. */
  ownerOf(): Int32Array;
  /**
   * Looks at what rows change that are to be explained. False when a column is made of several inputs: then no exact values
   * can be told from the matrix.
   */
  learn(rows: RowSet, matrix: Float64Array): Promise<boolean>;
};

const probedRows = 48;

export function createColumnOwners(options: {
  inputs: readonly Input[];
  reference: RowSet;
  referenceMatrix: Float64Array;
  matrixOf(set: RowSet): Promise<Float64Array>;
}): ColumnOwners {
  const { inputs, reference, referenceMatrix, matrixOf } = options;
  const width = referenceMatrix.length / reference.n;
  const owners = new Int32Array(width).fill(-1);
  let isMixed = false;

  /** Puts cells of `from` into `rows`, one input at a time. */
  const probe = async (
    rows: RowSet,
    before: Float64Array,
    from: RowSet,
    indices: Int32Array,
  ): Promise<void> => {
    const changed = inputs.map(({ name }) => replaceInput(rows, name, from, indices));
    const after = await matrixOf(joinRows(changed));
    inputs.forEach((_, j) => {
      for (let i = 0; i < rows.n * width; i++) {
        if (Object.is(after[j * rows.n * width + i], before[i])) continue;
        const column = i % width;
        if (owners[column] === -1) owners[column] = j;
        else if (owners[column] !== j) isMixed = true;
      }
    });
  };
  const learnReference = async (): Promise<void> => {
    const count = Math.min(reference.n, probedRows);
    const step = reference.n / count;
    const some = Int32Array.from({ length: count }, (_, i) => Math.floor(i * step));
    const rows = pickRows(reference, some);
    const before = pickMatrix(referenceMatrix, some, width);
    for (const shift of [1, Math.max(2, Math.floor(reference.n / 2))])
      await probe(
        rows,
        before,
        reference,
        some.map((row) => (row + shift) % reference.n),
      );
  };
  let learning: Promise<void> | null = null;

  return {
    ownerOf: () => owners.slice(),
    async learn(rows, matrix) {
      learning ??= learnReference();
      await learning;
      // A column that nothing has changed yet, but in which these rows differ: a category that the reference lacks.
      const strange: number[] = [];
      for (let row = 0; row < rows.n && strange.length < probedRows; row++) {
        for (let column = 0; column < width; column++) {
          if (owners[column] !== -1) continue;
          if (Object.is(matrix[row * width + column], referenceMatrix[column])) continue;
          strange.push(row);
          break;
        }
      }
      if (strange.length > 0) {
        const some = Int32Array.from(strange);
        await probe(
          pickRows(rows, some),
          pickMatrix(matrix, some, width),
          reference,
          new Int32Array(some.length),
        );
      }
      return !isMixed;
    },
  };
}

function pickMatrix(matrix: Float64Array, rows: Int32Array, width: number): Float64Array {
  const picked = new Float64Array(rows.length * width);
  rows.forEach((row, i) => {
    picked.set(matrix.subarray(row * width, (row + 1) * width), i * width);
  });
  return picked;
}
