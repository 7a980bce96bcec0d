import type { NodeProto, Surroundings } from '../onnx/index.ts';
import { castTo, int, node, shapeConstant } from './nodes.ts';
import type { PlannedAnswer } from './plan-answer.ts';

type Parts = Pick<Surroundings, 'after' | 'constants' | 'outputs'>;
type Names = { label: string; probabilities: string; value: string };

const float32 = 1;
const int64 = 7;

/**
 * The nodes that make the answer of a model of Assay out of what a foreign graph gives: `value`, or `label` and `probabilities`.
 * Operators of opset 7 and ai.onnx.ml 1 only, so that they fit into any file.
 */
export function answerNodes(
  answer: PlannedAnswer,
  names: Names,
  inner: (name: string) => string,
  renamed: (name: string) => string,
): Parts {
  const flat = shapeConstant(inner('out/flat-shape'), [-1]);
  if (answer.task === 'regression') {
    const cast = inner('out/value');
    return {
      after: [castTo(renamed(answer.value), cast, float32), node('Reshape', [cast, flat.name], names.value)],
      constants: [flat],
      outputs: [{ name: names.value, type: 'float32', shape: ['N'] }],
    };
  }
  const parts = [
    probabilityNodes(answer, names, inner, renamed),
    labelNodes(answer, names, inner, renamed, flat.name),
  ];
  return {
    after: parts.flatMap(({ after }) => after),
    constants: [flat, ...parts.flatMap(({ constants }) => constants)],
    outputs: [
      { name: names.label, type: 'string', shape: ['N'] },
      { name: names.probabilities, type: 'float32', shape: ['N', answer.classes.length] },
    ],
  };
}

type Classes = Extract<PlannedAnswer, { task: 'classification' }>;
type Some = Pick<Parts, 'after' | 'constants'>;

function probabilityNodes(
  { scores, classes, label }: Classes,
  names: Names,
  inner: (name: string) => string,
  renamed: (name: string) => string,
): Some {
  if (scores === null) return oneHot(label, classes, names, inner, renamed);
  const table = shapeConstant(inner('out/table-shape'), [-1, scores.width]);
  const cast = inner('out/scores');
  const after = [castTo(renamed(scores.value), cast, float32)];
  const shaped = scores.width > 1 && !scores.isLogits ? names.probabilities : inner('out/table');
  after.push(node('Reshape', [cast, table.name], shaped));
  if (scores.width > 1) {
    if (scores.isLogits) after.push(node('Softmax', [shaped], names.probabilities, { axis: int(1) }));
    return { after, constants: [table] };
  }
  // One column: the probability of the second class.
  const share = scores.isLogits ? inner('out/share') : shaped;
  if (scores.isLogits) after.push(node('Sigmoid', [shaped], share));
  const one = { name: inner('out/one'), type: 'float32' as const, dims: [1], data: Float32Array.of(1) };
  after.push(
    node('Sub', [one.name, share], inner('out/rest')),
    node('Concat', [inner('out/rest'), share], names.probabilities, { axis: int(1) }),
  );
  return { after, constants: [table, one] };
}

/** 1 for the class that the model names. */
function oneHot(
  label: Classes['label'],
  classes: readonly string[],
  names: Names,
  inner: (name: string) => string,
  renamed: (name: string) => string,
): Some {
  if (label === null) return { after: [], constants: [] };
  const { codes, after } = codesOf(label, inner, renamed);
  const column = shapeConstant(inner('out/column-shape'), [-1, 1]);
  const known = label.type === 'string' ? classes.map((_, i) => i) : label.own.map(Number);
  const all = {
    name: inner('out/codes'),
    type: 'int64' as const,
    dims: [1, known.length],
    data: BigInt64Array.from(known, BigInt),
  };
  return {
    after: [
      ...after,
      node('Reshape', [codes, column.name], inner('out/code-column')),
      node('Equal', [inner('out/code-column'), all.name], inner('out/is-class')),
      castTo(inner('out/is-class'), names.probabilities, float32),
    ],
    constants: [column, all],
  };
}

/** The classes that a model names, as int64: its own numbers, or the places of its texts. */
function codesOf(
  label: NonNullable<Classes['label']>,
  inner: (name: string) => string,
  renamed: (name: string) => string,
): { codes: string; after: NodeProto[] } {
  const codes = inner('out/label-codes');
  if (label.type === 'integer') return { codes, after: [castTo(renamed(label.value), codes, int64)] };
  return {
    codes,
    after: [
      mapped(
        renamed(label.value),
        codes,
        label.own,
        label.own.map((_, i) => i),
      ),
    ],
  };
}

function labelNodes(
  { classes, label, scores }: Classes,
  names: Names,
  inner: (name: string) => string,
  renamed: (name: string) => string,
  flat: string,
): Some {
  if (label === null) {
    const all = {
      name: inner('out/classes'),
      type: 'string' as const,
      dims: [classes.length],
      data: classes,
    };
    return {
      after: [
        node('ArgMax', [names.probabilities], inner('out/best'), { axis: int(1), keepdims: int(0) }),
        node('Gather', [all.name, inner('out/best')], names.label),
      ],
      constants: [all],
    };
  }
  if (label.type === 'string' && label.own.join('\n') === classes.join('\n'))
    return { after: [node('Reshape', [renamed(label.value), flat], names.label)], constants: [] };
  const { codes, after } = codesOf(label, inner, renamed);
  const known = label.type === 'string' ? classes.map((_, i) => i) : label.own.map(Number);
  return {
    after: [
      ...(scores === null ? [] : after),
      mapped(codes, inner('out/label-names'), classes, known),
      node('Reshape', [inner('out/label-names'), flat], names.label),
    ],
    constants: [],
  };
}

/** Texts to whole numbers or the other way round, whichever the input is. */
function mapped(
  input: string,
  output: string,
  texts: readonly string[],
  numbers: readonly number[],
): NodeProto {
  return {
    ...node('CategoryMapper', [input], output, {
      cats_int64s: { kind: 'ints', value: numbers },
      cats_strings: { kind: 'strings', value: texts },
    }),
    domain: 'ai.onnx.ml',
  };
}
