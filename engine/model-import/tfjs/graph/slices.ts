import { made, type Op, type OpConverter, UnsupportedNode } from './op.ts';

/** Beyond every size: ONNX cuts it to what is there. */
const end = Number.MAX_SAFE_INTEGER;

type Cuts = {
  axes: number[];
  starts: number[];
  ends: number[];
  steps: number[];
  /** Sizes that fall away, and, among the sizes that are left, those that are new. */
  shrunk: number[];
  added: number[];
};

/** `x[a:b:c, d, ..., newaxis]` as TensorFlow writes it down: a bit of each mask for each part. */
function cutsOf(op: Op): Cuts {
  const begins = op.wholes(1, 'bounds');
  const ends = op.wholes(2, 'bounds');
  const strides = op.wholes(3, 'strides');
  const has = (mask: string, i: number): boolean => ((op.number(mask, 0) >> i) & 1) === 1;
  const ellipsis = begins.findIndex((_, i) => has('ellipsis_mask', i));
  const isAfter = (i: number): boolean => ellipsis >= 0 && i > ellipsis;
  const parts = begins.map((_, i) => i);
  if (ellipsis >= 0 && parts.some((i) => has('new_axis_mask', i)))
    throw new UnsupportedNode('new sizes beside an ellipsis');
  const cuts: Cuts = { axes: [], starts: [], ends: [], steps: [], shrunk: [], added: [] };
  const taken = parts.filter((i) => i !== ellipsis && !has('new_axis_mask', i));
  let kept = 0;
  for (const i of parts) {
    if (i === ellipsis) continue;
    if (has('new_axis_mask', i)) {
      cuts.added.push(kept);
      kept += 1;
      continue;
    }
    // What follows the ellipsis is counted from the last size.
    const axis = isAfter(i) ? i - parts.length : taken.indexOf(i);
    const [begin = 0, step = 1] = [begins[i], strides[i]];
    const isShrunk = has('shrink_axis_mask', i);
    const open = step > 0 ? [0, end] : [end, -end];
    cuts.axes.push(axis);
    cuts.starts.push(!isShrunk && has('begin_mask', i) ? (open[0] ?? 0) : begin);
    cuts.steps.push(isShrunk ? 1 : step);
    if (isShrunk) {
      cuts.ends.push(begin === -1 ? end : begin + 1);
      cuts.shrunk.push(axis);
    } else {
      cuts.ends.push(has('end_mask', i) ? (open[1] ?? end) : (ends[i] ?? end));
      kept += 1;
    }
  }
  return cuts;
}

const stridedSlice: OpConverter = (op) => {
  const { axes, starts, ends, steps, shrunk, added } = cutsOf(op);
  const { value, kind } = op.at(0);
  const cut =
    axes.length === 0
      ? value
      : op.g.node('Slice', [value, ...[starts, ends, axes, steps].map((list) => op.shape(list))]);
  const narrow = shrunk.length === 0 ? cut : op.g.node('Squeeze', [cut, op.shape(shrunk)]);
  return made(added.length === 0 ? narrow : op.g.node('Unsqueeze', [narrow, op.shape(added)]), kind);
};

const slice: OpConverter = (op) => {
  const starts = op.wholes(1, 'bounds');
  const sizes = op.wholes(2, 'sizes');
  const ends = starts.map((start, i) => ((sizes[i] ?? -1) < 0 ? end : start + (sizes[i] ?? 0)));
  const { value, kind } = op.at(0);
  if (starts.length === 0) return op.at(0);
  return made(op.g.node('Slice', [value, op.shape(starts), op.shape(ends)]), kind);
};

function axisOf(op: Op, i: number): number {
  return op.whole(i, 'axis');
}

const split: OpConverter = (op) => {
  // The size to split along comes first.
  const parts = op.g.nodes('Split', [op.at(1).value], op.number('num_split', 1), { axis: axisOf(op, 0) });
  return parts.map((part) => made(part, op.at(1).kind));
};

const unpack: OpConverter = (op) => {
  const axis = op.number('axis', 0);
  const parts = op.g.nodes('Split', [op.at(0).value], op.number('num', 1), { axis });
  return parts.map((part) => made(op.g.node('Squeeze', [part, op.shape([axis])]), op.at(0).kind));
};

const gather: OpConverter = (op) => {
  if (op.number('batch_dims', 0) !== 0)
    throw new UnsupportedNode('indices that belong to their rows (batch_dims)');
  const axis = op.inputs.length > 2 ? axisOf(op, 2) : 0;
  return made(op.g.node('Gather', [op.at(0).value, op.cast(op.at(1), 'int64')], { axis }), op.at(0).kind);
};

export const sliceOps: Readonly<Record<string, OpConverter>> = {
  StridedSlice: stridedSlice,
  Slice: slice,
  Split: split,
  Unpack: unpack,
  Gather: gather,
  GatherV2: gather,
};
