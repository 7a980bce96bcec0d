import {
  type InputColumn,
  inputElementType,
  type NodeProto,
  type Surroundings,
  type TensorProto,
} from '../onnx/index.ts';
import { castTo, int, node, shapeConstant } from './nodes.ts';
import type { PlannedInput } from './plan-inputs.ts';

type Nodes = Pick<Surroundings, 'before' | 'constants' | 'inputs'>;

/**
 * The nodes that make the inputs of a foreign graph from columns `[N]`: one behind the other, cast, laid out as rows, and in the
 * shape that the graph wants. Operators of opset 7 only. `inner` names values that are in nobody's way.
 */
export function inputNodes(
  inputs: readonly PlannedInput[],
  columns: ReadonlyMap<string, InputColumn>,
  inner: (name: string) => string,
  renamed: (name: string) => string,
): Nodes {
  const before: NodeProto[] = [];
  const constants: TensorProto[] = [];
  for (const [i, input] of inputs.entries()) {
    const at = (what: string) => inner(`in/${i}/${what}`);
    const flat = shapeConstant(at('flat-shape'), [-1]);
    const rows = shapeConstant(at('rows-shape'), [input.columns.length, -1]);
    const shape = shapeConstant(at('shape'), [-1, ...input.dims]);
    // A lone column may come as [N, 1] from tools that know no lists.
    const lists = input.columns.map((column, c) => {
      if (inputs.length > 1 || input.columns.length > 1) return column;
      before.push(node('Reshape', [column, flat.name], at(`column/${c}`)));
      constants.push(flat);
      return at(`column/${c}`);
    });
    const joined = lists.length === 1 ? (lists[0] ?? '') : at('joined');
    if (lists.length > 1) before.push(node('Concat', lists, joined, { axis: int(0) }));
    const isSame =
      input.element === elementOf(inputElementType(columns.get(input.columns[0] ?? '') ?? fallback));
    const cast = isSame ? joined : at('cast');
    if (!isSame) before.push(castTo(joined, cast, input.element));
    if (input.columns.length > 1) {
      before.push(
        node('Reshape', [cast, rows.name], at('columns')),
        node('Transpose', [at('columns')], at('table'), { perm: { kind: 'ints', value: [1, 0] } }),
      );
      constants.push(rows);
    }
    before.push(
      node('Reshape', [input.columns.length > 1 ? at('table') : cast, shape.name], renamed(input.name)),
    );
    constants.push(shape);
  }
  return {
    before,
    constants,
    inputs: [...columns.values()].map((column) => ({
      name: column.name,
      type: inputElementType(column),
      shape: ['N'],
    })),
  };
}

const fallback: InputColumn = { name: '', type: 'float', nullable: true };

function elementOf(type: ReturnType<typeof inputElementType>): number {
  return { float32: 1, uint8: 2, int32: 6, int64: 7, string: 8, bool: 9, float64: 11 }[type];
}
