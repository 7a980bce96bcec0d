import type { Value } from '../../onnx/index.ts';
import { sumTo } from './shaping.ts';
import { type Shape, sameShape, type Tensor } from './tape.ts';

/** True or false an element; nothing is differentiated by it. */
export type Mask = { readonly value: Value; readonly shape: Shape };

/** The shape that two shapes make together by NumPy's rules. Throws a RangeError where they don't fit. */
function broadcastShape(a: Shape, b: Shape): Shape {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, axis) => {
    const one = a[axis - rank + a.length] ?? 1;
    const other = b[axis - rank + b.length] ?? 1;
    if (one !== other && one !== 1 && other !== 1)
      throw new RangeError(`[${a.join(', ')}] and [${b.join(', ')}] do not broadcast`);
    return one === 1 ? other : one;
  });
}

export function add(a: Tensor, b: Tensor): Tensor {
  const value = a.tape.graph.node('Add', [a.value, b.value]);
  return a.tape.record([a, b], value, broadcastShape(a.shape, b.shape), (g) => [
    () => sumTo(g, a.shape),
    () => sumTo(g, b.shape),
  ]);
}

export function sub(a: Tensor, b: Tensor): Tensor {
  const value = a.tape.graph.node('Sub', [a.value, b.value]);
  return a.tape.record([a, b], value, broadcastShape(a.shape, b.shape), (g) => [
    () => sumTo(g, a.shape),
    () => sumTo(neg(g), b.shape),
  ]);
}

export function mul(a: Tensor, b: Tensor): Tensor {
  const shape = broadcastShape(a.shape, b.shape);
  if (a.known === 1 && sameShape(shape, b.shape)) return b;
  if (b.known === 1 && sameShape(shape, a.shape)) return a;
  const value = a.tape.graph.node('Mul', [a.value, b.value]);
  return a.tape.record([a, b], value, shape, (g) => [
    () => sumTo(mul(g, b), a.shape),
    () => sumTo(mul(g, a), b.shape),
  ]);
}

export function div(a: Tensor, b: Tensor): Tensor {
  const value = a.tape.graph.node('Div', [a.value, b.value]);
  const ratio: Tensor = a.tape.record([a, b], value, broadcastShape(a.shape, b.shape), (g) => [
    () => sumTo(div(g, b), a.shape),
    () => sumTo(neg(mul(g, div(ratio, b))), b.shape),
  ]);
  return ratio;
}

/** `derivative` gets the result, from which many derivatives are had for little. */
function unary(op: string, x: Tensor, derivative: (y: Tensor) => Tensor): Tensor {
  const y: Tensor = x.tape.record([x], x.tape.graph.node(op, [x.value]), x.shape, (g) => [
    () => mul(g, derivative(y)),
  ]);
  return y;
}

export function neg(x: Tensor): Tensor {
  return x.tape.record([x], x.tape.graph.node('Neg', [x.value]), x.shape, (g) => [() => neg(g)]);
}

export function exp(x: Tensor): Tensor {
  return unary('Exp', x, (y) => y);
}

export function log(x: Tensor): Tensor {
  return x.tape.record([x], x.tape.graph.node('Log', [x.value]), x.shape, (g) => [() => div(g, x)]);
}

export function sqrt(x: Tensor): Tensor {
  return unary('Sqrt', x, (y) => div(x.tape.number(0.5), y));
}

export function square(x: Tensor): Tensor {
  return mul(x, x);
}

export function abs(x: Tensor): Tensor {
  return unary('Abs', x, () => sign(x));
}

/** −1, 0 or 1; its gradient is 0. */
export function sign(x: Tensor): Tensor {
  return x.tape.record([x], x.tape.graph.node('Sign', [x.value]), x.shape, () => [null]);
}

/** Elements brought between two numbers; those outside have no gradient. */
export function clip(x: Tensor, low: number, high: number): Tensor {
  const { tape } = x;
  const value = tape.graph.node('Clip', [x.value, tape.number(low).value, tape.number(high).value]);
  const y: Tensor = tape.record([x], value, x.shape, (g) => [
    () => where({ value: tape.graph.node('Equal', [x.value, y.value]), shape: x.shape }, g, tape.number(0)),
  ]);
  return y;
}

export function greater(a: Tensor, b: Tensor): Mask {
  return {
    value: a.tape.graph.node('Greater', [a.value, b.value]),
    shape: broadcastShape(a.shape, b.shape),
  };
}

/** `a` where the mask holds, `b` elsewhere. */
export function where(mask: Mask, a: Tensor, b: Tensor): Tensor {
  const { tape } = a;
  const shape = broadcastShape(mask.shape, broadcastShape(a.shape, b.shape));
  const value = tape.graph.node('Where', [mask.value, a.value, b.value]);
  return tape.record([a, b], value, shape, (g) => [
    () => sumTo(where(mask, g, tape.number(0)), a.shape),
    () => sumTo(where(mask, tape.number(0), g), b.shape),
  ]);
}

/** max(0, x); the derivative at 0 is 0. */
export function relu(x: Tensor): Tensor {
  return unary('Relu', x, sign);
}

export function sigmoid(x: Tensor): Tensor {
  return unary('Sigmoid', x, (y) => mul(y, sub(x.tape.number(1), y)));
}

export function tanh(x: Tensor): Tensor {
  return unary('Tanh', x, (y) => sub(x.tape.number(1), square(y)));
}

/** log(1 + exp(x)). */
export function softplus(x: Tensor): Tensor {
  return unary('Softplus', x, () => sigmoid(x));
}

/** The error function. */
function erf(x: Tensor): Tensor {
  return unary('Erf', x, () => mul(x.tape.number(2 / Math.sqrt(Math.PI)), exp(neg(square(x)))));
}

/** x·Φ(x) with the normal distribution function Φ (Hendrycks and Gimpel 2016), exact rather than by tanh. */
export function gelu(x: Tensor): Tensor {
  const { tape } = x;
  const share = add(erf(mul(x, tape.number(Math.SQRT1_2))), tape.number(1));
  return mul(mul(x, tape.number(0.5)), share);
}

/** x·σ(x) (Elfwing, Uchibe and Doya 2018). */
export function silu(x: Tensor): Tensor {
  return mul(x, sigmoid(x));
}
