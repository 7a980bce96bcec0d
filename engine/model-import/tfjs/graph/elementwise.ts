import { float, type Value } from '../../../onnx/index.ts';
import { type Kind, made, type Op, type OpConverter, UnsupportedNode } from './op.ts';

const unary =
  (opType: string): OpConverter =>
  (op) =>
    made(op.g.node(opType, [op.at(0).value]), op.at(0).kind);

const binary =
  (opType: string): OpConverter =>
  (op) =>
    made(op.g.node(opType, [op.at(0).value, op.at(1).value]), op.at(0).kind);

const comparison =
  (opType: string): OpConverter =>
  (op) =>
    made(op.g.node(opType, [op.at(0).value, op.at(1).value]), 'bool');

const same: OpConverter = (op) => op.at(0);

const rounded =
  (opType: string): OpConverter =>
  (op) =>
    op.at(0).kind === 'int64' ? op.at(0) : unary(opType)(op);

const divide: OpConverter = (op) => {
  const parts = [op.at(0), op.at(1)];
  if (parts.every(({ kind }) => kind === 'int64')) return floorDivide(op);
  return made(
    op.g.node(
      'Div',
      parts.map((part) => op.cast(part, 'float32')),
    ),
    'float32',
  );
};

const floorDivide: OpConverter = (op) => made(floorQuotient(op), op.at(0).kind);

/** ONNX divides whole numbers towards zero, TensorFlow down. */
function floorQuotient(op: Op): Value {
  const [a, b] = [op.at(0), op.at(1)];
  if (a.kind !== 'int64') return op.g.node('Floor', [op.g.node('Div', [a.value, b.value])]);
  const quotient = op.g.node('Div', [op.cast(a, 'float64'), op.cast(b, 'float64')]);
  return op.g.node('Cast', [op.g.node('Floor', [quotient])], { to: 7 });
}

const floorRemainder: OpConverter = (op) => {
  const whole = op.g.node('Mul', [floorQuotient(op), op.at(1).value]);
  return made(op.g.node('Sub', [op.at(0).value, whole]), op.at(0).kind);
};

const addAll: OpConverter = (op) => ({
  ...op.at(0),
  value: op.inputs.slice(1).reduce((sum, { value }) => op.g.node('Add', [sum, value]), op.at(0).value),
  known: op.inputs.length === 1 ? op.at(0).known : null,
});

const select: OpConverter = (op) =>
  made(op.g.node('Where', [op.at(0).value, op.at(1).value, op.at(2).value]), op.at(1).kind);

const cast: OpConverter = (op) => {
  const kind = op.kind('DstT', 'float32');
  return { ...op.at(0), value: op.cast(op.at(0), kind), kind };
};

const clip: OpConverter = (op) => {
  const least = op.g.node('Max', [op.at(0).value, op.at(1).value]);
  return made(op.g.node('Min', [least, op.at(2).value]), op.at(0).kind);
};

const filledLike =
  (value: number): OpConverter =>
  (op) => {
    const { value: like, kind } = op.at(0);
    const one = op.cast(made(op.scalar(value), 'float32'), kind);
    return made(op.g.node('Expand', [one, op.g.node('Shape', [like])]), kind);
  };

type Activation = (op: Op, x: Value) => Value;

/** Activations by the names that they also have inside of fused operations. */
const activations: Readonly<Record<string, Activation>> = {
  Relu: ({ g }, x) => g.node('Relu', [x]),
  Relu6: (op, x) => op.g.node('Clip', [x, op.scalar(0), op.scalar(6)]),
  Elu: ({ g }, x) => g.node('Elu', [x]),
  Selu: ({ g }, x) => g.node('Selu', [x]),
  Sigmoid: ({ g }, x) => g.node('Sigmoid', [x]),
  Tanh: ({ g }, x) => g.node('Tanh', [x]),
  Softplus: ({ g }, x) => g.node('Softplus', [x]),
  Softsign: ({ g }, x) => g.node('Softsign', [x]),
  LeakyRelu: (op, x) => {
    const isFused = op.node.op !== 'LeakyRelu';
    return op.g.node('LeakyRelu', [x], {
      alpha: float(op.number(isFused ? 'leakyrelu_alpha' : 'alpha', 0.2)),
    });
  },
  // Its slopes are the last input, fused or not.
  Prelu: (op, x) => op.g.node('PRelu', [x, op.at(op.inputs.length - 1).value]),
};

/** What a fused operation does with its product: adds a bias, then activates. Throws UnsupportedNode for anything else. */
export function fusedTail(op: Op, product: Value): Value {
  return op.texts('fused_ops').reduce((x, name) => {
    if (name === 'BiasAdd') return op.g.node('Add', [x, op.at(2).value]);
    const activation = activations[name];
    if (activation === undefined) throw new UnsupportedNode(`${name} inside of it`);
    return activation(op, x);
  }, product);
}

const activated: Readonly<Record<string, OpConverter>> = Object.fromEntries(
  Object.entries(activations).map(([name, activate]): [string, OpConverter] => [
    name,
    (op) => made(activate(op, op.at(0).value), floatOnly(op)),
  ]),
);

function floatOnly(op: Op): Kind {
  if (op.at(0).kind !== 'float32') throw new UnsupportedNode('it takes whole numbers');
  return 'float32';
}

const composed =
  (compose: (op: Op, x: Value) => Value): OpConverter =>
  (op) =>
    made(compose(op, op.at(0).value), op.at(0).kind);

/** Operations on one number, or on two of the same place: shapes go together as in ONNX. */
export const elementwiseOps: Readonly<Record<string, OpConverter>> = {
  ...activated,
  Identity: same,
  IdentityN: (op) => op.inputs,
  StopGradient: same,
  PreventGradient: same,
  Snapshot: same,
  CheckNumerics: same,
  EnsureShape: same,
  PlaceholderWithDefault: same,
  Softmax: (op) => made(op.g.node('Softmax', [op.at(0).value], { axis: -1 }), 'float32'),
  LogSoftmax: (op) => made(op.g.node('LogSoftmax', [op.at(0).value], { axis: -1 }), 'float32'),
  Add: binary('Add'),
  AddV2: binary('Add'),
  AddN: addAll,
  Sub: binary('Sub'),
  Mul: binary('Mul'),
  RealDiv: divide,
  Div: divide,
  DivNoNan: (op) => {
    const [a, b] = [op.at(0).value, op.at(1).value];
    const isZero = op.g.node('Equal', [b, op.scalar(0)]);
    return made(op.g.node('Where', [isZero, op.scalar(0), op.g.node('Div', [a, b])]), 'float32');
  },
  FloorDiv: floorDivide,
  FloorMod: floorRemainder,
  Maximum: binary('Max'),
  Minimum: binary('Min'),
  Pow: binary('Pow'),
  SquaredDifference: (op) => {
    const difference = op.g.node('Sub', [op.at(0).value, op.at(1).value]);
    return made(op.g.node('Mul', [difference, difference]), op.at(0).kind);
  },
  ClipByValue: clip,
  Neg: unary('Neg'),
  Exp: unary('Exp'),
  Expm1: composed((op, x) => op.g.node('Sub', [op.g.node('Exp', [x]), op.scalar(1)])),
  Log: unary('Log'),
  Log1p: composed((op, x) => op.g.node('Log', [op.g.node('Add', [x, op.scalar(1)])])),
  Sqrt: unary('Sqrt'),
  Rsqrt: composed(({ g }, x) => g.node('Reciprocal', [g.node('Sqrt', [x])])),
  Square: composed(({ g }, x) => g.node('Mul', [x, x])),
  Reciprocal: unary('Reciprocal'),
  Inv: unary('Reciprocal'),
  Abs: unary('Abs'),
  Sign: unary('Sign'),
  Floor: rounded('Floor'),
  Ceil: rounded('Ceil'),
  Round: rounded('Round'),
  Erf: unary('Erf'),
  Sin: unary('Sin'),
  Cos: unary('Cos'),
  Equal: comparison('Equal'),
  NotEqual: (op) => made(op.g.node('Not', [op.g.node('Equal', [op.at(0).value, op.at(1).value])]), 'bool'),
  Greater: comparison('Greater'),
  GreaterEqual: comparison('GreaterOrEqual'),
  Less: comparison('Less'),
  LessEqual: comparison('LessOrEqual'),
  LogicalAnd: comparison('And'),
  LogicalOr: comparison('Or'),
  LogicalNot: unary('Not'),
  Select: select,
  SelectV2: select,
  Cast: cast,
  ZerosLike: filledLike(0),
  OnesLike: filledLike(1),
};
