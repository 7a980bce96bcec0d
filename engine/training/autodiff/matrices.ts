import { sumTo } from './shaping.ts';
import type { Tensor } from './tape.ts';

type Sides = { transposeA?: boolean; transposeB?: boolean };

/** The product of two matrices, either of them transposed first. */
export function matmul(a: Tensor, b: Tensor, { transposeA = false, transposeB = false }: Sides = {}): Tensor {
  const [rows, inner] = sides(a, transposeA);
  const [innerB, columns] = sides(b, transposeB);
  if (inner !== innerB) throw new RangeError(`[${rows}, ${inner}] × [${innerB}, ${columns}]`);
  const attributes = { transA: Number(transposeA), transB: Number(transposeB) };
  const value = a.tape.graph.node('Gemm', [a.value, b.value], attributes);
  return a.tape.record([a, b], value, [rows, columns], (g) => [
    () =>
      transposeA
        ? matmul(b, g, { transposeA: transposeB, transposeB: true })
        : matmul(g, b, { transposeB: !transposeB }),
    () =>
      transposeB
        ? matmul(g, a, { transposeA: true, transposeB: transposeA })
        : matmul(a, g, { transposeA: !transposeA }),
  ]);
}

function sides({ shape }: Tensor, transposed: boolean): [number, number] {
  const [rows, columns] = shape;
  if (rows === undefined || columns === undefined || shape.length !== 2)
    throw new RangeError(`[${shape.join(', ')}] is no matrix`);
  return transposed ? [columns, rows] : [rows, columns];
}

/** `x` [rows, inputs] times `weights` [inputs, outputs] plus `biases` [outputs]. */
export function dense(x: Tensor, weights: Tensor, biases: Tensor): Tensor {
  const value = x.tape.graph.node('Gemm', [x.value, weights.value, biases.value]);
  const [rows] = sides(x, false);
  const [, outputs] = sides(weights, false);
  return x.tape.record([x, weights, biases], value, [rows, outputs], (g) => [
    () => matmul(g, weights, { transposeB: true }),
    () => matmul(x, g, { transposeA: true }),
    () => sumTo(g, biases.shape),
  ]);
}
