import type { Value } from '../../../onnx/index.ts';
import { fusedTail } from './elementwise.ts';
import { made, type Op, type OpConverter, UnsupportedNode } from './op.ts';

function product(op: Op): Value {
  const side = (i: number, isTurned: boolean): Value =>
    isTurned ? op.g.node('Transpose', [op.at(i).value], { perm: [1, 0] }) : op.at(i).value;
  return op.g.node('MatMul', [side(0, op.flag('transpose_a')), side(1, op.flag('transpose_b'))]);
}

/** Batches of matrices of any number of dimensions, which a transposition would have to know. */
const batches: OpConverter = (op) => {
  const values = [op.at(0).value, op.at(1).value];
  const [left, right] = [op.flag('adj_x') ? 'ji' : 'ij', op.flag('adj_y') ? 'kj' : 'jk'];
  if (left === 'ij' && right === 'jk') return made(op.g.node('MatMul', values), 'float32');
  return made(op.g.node('Einsum', values, { equation: `...${left},...${right}->...ik` }), 'float32');
};

const biasAdd: OpConverter = (op) => {
  refuseChannelsFirst(op);
  return made(op.g.node('Add', [op.at(0).value, op.at(1).value]), op.at(0).kind);
};

/** Channels are the last size everywhere here. */
export function refuseChannelsFirst(op: Op): void {
  const format = op.text('data_format', 'NHWC');
  if (format !== 'NHWC') throw new UnsupportedNode(`channels that do not come last (${format})`);
}

/** With the mean and variance of the training; what else it gives is for training only. */
const batchNormalization: OpConverter = (op) => {
  refuseChannelsFirst(op);
  if (op.flag('is_training')) throw new UnsupportedNode('it takes the mean of the rows that come together');
  const { g } = op;
  const at = (i: number): Value => op.at(i).value;
  const [scale, offset, mean, variance] = [at(1), at(2), at(3), at(4)];
  const spread = g.node('Sqrt', [g.node('Add', [variance, op.scalar(op.number('epsilon', 1e-4))])]);
  const factor = g.node('Div', [scale, spread]);
  const scaled = g.node('Mul', [g.node('Sub', [at(0), mean]), factor]);
  return made(g.node('Add', [scaled, offset]), 'float32');
};

export const matrixOps: Readonly<Record<string, OpConverter>> = {
  MatMul: (op) => made(product(op), 'float32'),
  _FusedMatMul: (op) => made(fusedTail(op, product(op)), 'float32'),
  BatchMatMul: batches,
  BatchMatMulV2: batches,
  BiasAdd: biasAdd,
  Einsum: (op) =>
    made(
      op.g.node(
        'Einsum',
        op.inputs.map(({ value }) => value),
        { equation: op.text('equation', '') },
      ),
      'float32',
    ),
  FusedBatchNorm: batchNormalization,
  FusedBatchNormV2: batchNormalization,
  FusedBatchNormV3: batchNormalization,
};
