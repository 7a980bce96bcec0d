import { readScaled } from './network-order.ts';

/** What is fitted to the targets 0 and 1: `classes` makes four classes of them and the side of the first column. */
export type LinearKind = 'logistic' | 'classes' | 'squared';

/** What a program is told that fits a linear model to the rows of a folder. */
export type LinearOrder = {
  dir: string;
  kind: LinearKind;
  /** How many codes each column of categories has; 0 for numbers. */
  codes: number[];
  /** Whether categories become a 0/1 column each; else they are left out. */
  isOneHot: boolean;
  l1: number;
  l2: number;
  tolerance: number;
};

/** The rows of the folder as a linear model takes them: numbers standardised, categories as 0/1 columns behind them. */
export function readEncoded({ dir, codes, isOneHot }: LinearOrder) {
  const from = codes.length;
  const { x, xTest, ...targets } = readScaled({ dir, width: from, codes });
  const numbers = codes.flatMap((of, i) => (of === 0 ? [i] : []));
  const categories = codes.flatMap((of, i) => (of > 0 && isOneHot ? [{ column: i, of }] : []));
  const width = categories.reduce((sum, { of }) => sum + of, numbers.length);
  const encoded = (part: Float32Array): Float32Array => {
    const n = part.length / from;
    const out = new Float32Array(n * width);
    for (let row = 0; row < n; row++) {
      numbers.forEach((column, j) => {
        out[row * width + j] = part[row * from + column] ?? 0;
      });
      let at = row * width + numbers.length;
      for (const { column, of } of categories) {
        out[at + (part[row * from + column] ?? 0)] = 1;
        at += of;
      }
    }
    return out;
  };
  return { ...targets, x: encoded(x), xTest: encoded(xTest), width };
}
