import type { ForeignModel, OnnxNode } from '../onnx/index.ts';

/** Attributes that classifiers and encoders keep names of classes in (ai.onnx.ml). */
const attributeNames = [
  'classlabels_strings',
  'classlabels_int64s',
  'classlabels_ints',
  'values_strings',
  'values_int64s',
  'keys_strings',
  'cats_strings',
];
/** Operators that pick labels out of a constant by their place. */
const pickers = new Set(['ArrayFeatureExtractor', 'Gather']);

/**
 * Names of classes that the nodes before a value know: those of the nearest node that knows as many as `count`, or any number from
 * two on when that is null. Null when none does. Whole numbers come as text. Cost: linear in the nodes.
 */
export function classesBefore(
  { nodes, labels }: Pick<ForeignModel, 'nodes' | 'labels'>,
  value: string,
  count: number | null,
): readonly string[] | null {
  const makers = new Map(nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const fits = (names: readonly string[]): boolean =>
    (count === null ? names.length > 1 : names.length === count) && new Set(names).size === names.length;
  const seen = new Set<OnnxNode>();
  const open = [value];
  // Nearest first.
  for (let at = 0; at < open.length; at += 1) {
    const node = makers.get(open[at] ?? '');
    if (node === undefined || seen.has(node)) continue;
    seen.add(node);
    const known = [...attributesOf(node), ...picked(node, labels)].find(fits);
    if (known !== undefined) return known;
    open.push(...node.inputs);
  }
  return null;
}

function attributesOf(node: OnnxNode): (readonly string[])[] {
  return attributeNames.flatMap((name) => {
    const attribute = node.attributes.get(name);
    if (attribute?.kind === 'strings') return [attribute.values];
    return attribute?.kind === 'numbers' ? [Array.from(attribute.values, String)] : [];
  });
}

function picked(node: OnnxNode, labels: ForeignModel['labels']): (readonly string[])[] {
  const names = labels.get(node.inputs[0] ?? '');
  return pickers.has(node.opType) && names !== undefined ? [names] : [];
}
