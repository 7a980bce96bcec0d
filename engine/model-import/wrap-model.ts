import type { Signature } from '../../local-api/contract/index.ts';
import { adoptGraph, type ForeignModel, outputNames, type Surroundings } from '../onnx/index.ts';
import { answerNodes } from './answer-nodes.ts';
import { inputNodes } from './input-nodes.ts';
import type { PlannedAnswer } from './plan-answer.ts';
import type { PlannedInput } from './plan-inputs.ts';

/** The graph with nodes around it that make its inputs of columns, for a first look and as the finished model. */
export function wrapper(
  foreign: ForeignModel,
  bytes: Uint8Array,
  inputs: readonly PlannedInput[],
  columns: Signature['inputs'],
) {
  const names = outputNames(columns);
  const reserved = new Set([...columns.map(({ name }) => name), ...Object.values(names)]);
  const taken = new Set([...foreign.facts.names, ...reserved]);
  const free = (name: string): string => (taken.has(name) ? free(`${name}_`) : name);
  const rename = new Map<string, string>();
  // Nodes have names too, and ours are called after what they make.
  for (const name of reserved) {
    const other = free(`${name}/of the model`);
    taken.add(other);
    rename.set(name, other);
  }
  const inner = (name: string): string => free(`assay/${name}`);
  const renamed = (name: string): string => rename.get(name) ?? name;
  const byName = new Map(columns.map((column) => [column.name, column]));
  const made = inputNodes(inputs, byName, inner, renamed);
  const drop = new Set(
    foreign.nodes.flatMap(({ opType, domain }, i) =>
      opType === 'ZipMap' && domain === 'ai.onnx.ml' ? [i] : [],
    ),
  );
  const around = (parts: Pick<Surroundings, 'after' | 'constants' | 'outputs' | 'metadata'>): Uint8Array =>
    adoptGraph(bytes, {
      ...parts,
      rename,
      drop,
      before: made.before,
      inputs: made.inputs,
      constants: [...made.constants, ...parts.constants],
    });
  return {
    look: (outputs: readonly RawOutput[]): Uint8Array =>
      around({
        after: outputs.map(({ value }, i) => ({
          opType: 'Identity',
          domain: '',
          inputs: [renamed(value)],
          outputs: [lookName(i)],
          attributes: new Map(),
        })),
        constants: [],
        outputs: outputs.map((_, i) => ({ name: lookName(i) })),
        metadata: {},
      }),
    finished: (answer: PlannedAnswer, metadata: Readonly<Record<string, string>>): Uint8Array =>
      around({ ...answerNodes(answer, names, inner, renamed), metadata }),
  };
}

/** What the first look calls the n-th output. */
export const lookName = (i: number): string => `assay/look/${i}`;

type RawOutput = { name: string; value: string; classes: readonly string[] | null };

/** The outputs that are tensors; a ZipMap of scikit-learn's converter is taken apart. */
export function outputsOf({ outputs, nodes }: ForeignModel): RawOutput[] {
  return outputs.flatMap(({ name, type }): RawOutput[] => {
    const map = nodes.find((node) => node.opType === 'ZipMap' && node.outputs[0] === name);
    const [value] = map?.inputs ?? [];
    if (map !== undefined && value !== undefined) {
      const texts = map.attributes.get('classlabels_strings');
      const numbers = map.attributes.get('classlabels_int64s');
      const classes =
        texts?.kind === 'strings'
          ? texts.values
          : numbers?.kind === 'numbers'
            ? Array.from(numbers.values, String)
            : null;
      return [{ name, value, classes }];
    }
    return type.kind === 'tensor' ? [{ name, value: name, classes: null }] : [];
  });
}
