import { type Indices, integers, type Shape, sameShape, sizeOf, type Tensor } from './tape.ts';

export function reshape(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  if (sizeOf(shape) !== sizeOf(x.shape))
    throw new RangeError(`[${x.shape.join(', ')}] cannot become [${shape.join(', ')}]`);
  const { graph } = x.tape;
  return x.tape.record([x], graph.node('Reshape', [x.value, integers(graph, shape)]), shape, (g) => [
    () => reshape(g, x.shape),
  ]);
}

/** Axes in a new order: axis `i` of the result is axis `order[i]` of `x`. */
export function transpose(x: Tensor, order: readonly number[]): Tensor {
  const shape = order.map((axis) => x.shape[axis] as number);
  const back = order.map((_, axis) => order.indexOf(axis));
  return x.tape.record([x], x.tape.graph.node('Transpose', [x.value], { perm: order }), shape, (g) => [
    () => transpose(g, back),
  ]);
}

/** The sum over some axes, which stay with length 1 or go. */
export function sum(
  x: Tensor,
  axes: readonly number[] = x.shape.map((_, axis) => axis),
  keep = false,
): Tensor {
  if (axes.length === 0) return x;
  const { graph } = x.tape;
  const kept = x.shape.map((dimension, axis) => (axes.includes(axis) ? 1 : dimension));
  const shape = keep ? kept : x.shape.filter((_, axis) => !axes.includes(axis));
  const value = graph.node('ReduceSum', [x.value, integers(graph, axes)], { keepdims: Number(keep) });
  return x.tape.record([x], value, shape, (g) => [() => broadcastTo(reshape(g, kept), x.shape)]);
}

/** `x` repeated along axes of length 1, and along new ones in front. */
export function broadcastTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const { graph } = x.tape;
  return x.tape.record([x], graph.node('Expand', [x.value, integers(graph, shape)]), shape, (g) => [
    () => sumTo(g, x.shape),
  ]);
}

/** What broadcasting `shape` to the shape of `x` does, backwards: sums over the repeated axes. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  const added = x.shape.length - shape.length;
  const axes = x.shape.flatMap((dimension, axis) =>
    axis < added || (shape[axis - added] === 1 && dimension !== 1) ? [axis] : [],
  );
  return reshape(sum(x, axes), shape);
}

/** The part of `x` from `from` up to before `to` along an axis. */
export function slice(x: Tensor, axis: number, from: number, to: number): Tensor {
  const { graph } = x.tape;
  const value = graph.node('Slice', [x.value, ...[from, to, axis].map((n) => integers(graph, [n]))]);
  const shape = x.shape.map((dimension, other) => (other === axis ? to - from : dimension));
  const after = (x.shape[axis] as number) - to;
  return x.tape.record([x], value, shape, (g) => [() => pad(g, axis, from, after)]);
}

/** Zeros put before and after `x` along an axis. */
export function pad(x: Tensor, axis: number, before: number, after: number): Tensor {
  const { graph } = x.tape;
  const at = (count: number) => x.shape.map((_, other) => (other === axis ? count : 0));
  const value = graph.node('Pad', [x.value, integers(graph, [...at(before), ...at(after)])]);
  const length = x.shape[axis] as number;
  const shape = x.shape.map((dimension, other) => (other === axis ? before + length + after : dimension));
  return x.tape.record([x], value, shape, (g) => [() => slice(g, axis, before, before + length)]);
}

export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (first === undefined) throw new RangeError('nothing to join');
  if (parts.length === 1) return first;
  const lengths = parts.map(({ shape }) => shape[axis] as number);
  const total = lengths.reduce((a, b) => a + b, 0);
  const shape = first.shape.map((dimension, other) => (other === axis ? total : dimension));
  const value = first.tape.graph.node(
    'Concat',
    parts.map((part) => part.value),
    { axis },
  );
  return first.tape.record(parts, value, shape, (g) => {
    let gradients: readonly Tensor[] | undefined;
    return parts.map((_, i) => () => {
      gradients ??= split(g, axis, lengths);
      return gradients[i] as Tensor;
    });
  });
}

/** `x` cut along an axis into parts of these lengths. */
export function split(x: Tensor, axis: number, lengths: readonly number[]): Tensor[] {
  const { graph } = x.tape;
  const values = graph.nodes('Split', [x.value, integers(graph, lengths)], lengths.length, { axis });
  const outputs = values.map((value, i) => ({
    value,
    shape: x.shape.map((dimension, other) => (other === axis ? (lengths[i] as number) : dimension)),
  }));
  return x.tape.recordAll([x], outputs, (gradients) => [() => concat(gradients, axis)]);
}

/** Rows of a table [rows, …], one an index: [count, …]. An embedding. */
export function gather(table: Tensor, indices: Indices): Tensor {
  const value = table.tape.graph.node('Gather', [table.value, indices.value], { axis: 0 });
  return table.tape.record([table], value, [indices.count, ...table.shape.slice(1)], (g) => [
    () => scatterAdd(g, indices, table.shape[0] as number),
  ]);
}

/** A table of `rows` rows that holds at each index the sum of the rows of `x` that have it; what `gather` does, backwards. */
export function scatterAdd(x: Tensor, indices: Indices, rows: number): Tensor {
  const { graph } = x.tape;
  const shape = [rows, ...x.shape.slice(1)];
  const zero = graph.node('Expand', [x.tape.number(0).value, integers(graph, shape)]);
  const at = graph.node('Reshape', [indices.value, integers(graph, [indices.count, 1])]);
  const value = graph.node('ScatterND', [zero, at, x.value], { reduction: 'add' });
  return x.tape.record([x], value, shape, (g) => [() => gather(g, indices)]);
}
