import type { GraphBuilder, Value } from '../../onnx/index.ts';
import { addCode, addMeans, addOneHot, categoryInput, crossInput } from './add-categories.ts';
import { addNumbers } from './add-numbers.ts';
import {
  datetimeNumbers,
  interactionNumber,
  interactionSide,
  type RawNumbers,
  rawNumbers,
} from './add-raw-numbers.ts';
import { type FittedPreprocessing, numberColumns } from './fitted.ts';

/**
 * Adds everything that turns raw inputs into the matrix. Gives the matrix, float32 `[N, width]`, columns as `matrixColumns` tells.
 * Infinite numbers count as missing.
 */
export function addPreprocessing(
  graph: GraphBuilder,
  { features }: Pick<FittedPreprocessing, 'features'>,
  inputs: ReadonlyMap<string, Value>,
): Value {
  const inputOf = (name: string): Value => {
    const input = inputs.get(name);
    if (input === undefined) throw new RangeError(`there is no input "${name}"`);
    return input;
  };
  const numbers: RawNumbers[] = [];
  const addFloats = (...values: Value[]) =>
    numbers.push(...values.map((value) => ({ value, type: 'float64' as const })));
  const oneHots: Value[] = [];
  for (const feature of features) {
    switch (feature.kind) {
      case 'number':
        numbers.push(rawNumbers(graph, feature, inputOf(feature.name)));
        break;
      case 'datetime':
        addFloats(...datetimeNumbers(graph, feature, inputOf(feature.name)));
        break;
      case 'interaction': {
        const [first, second] = feature.of.map((side) => interactionSide(graph, side, inputOf(side.name)));
        if (first !== undefined && second !== undefined)
          addFloats(interactionNumber(graph, feature, first, second));
        break;
      }
      case 'category':
      case 'cross': {
        const category =
          feature.kind === 'category'
            ? categoryInput(graph, feature, inputOf(feature.name))
            : crossInput(graph, feature, inputOf);
        if (feature.code !== null) addFloats(addCode(graph, category, feature.code));
        if (feature.means !== null) addFloats(...addMeans(graph, category, feature.means));
        if (feature.oneHot !== null) oneHots.push(addOneHot(graph, category, feature.oneHot));
      }
    }
  }
  const blocks = numbers.length === 0 ? [] : addNumbers(graph, numbers, numberColumns(features));
  const all = [...blocks, ...oneHots];
  const [only] = all;
  return only !== undefined && all.length === 1 ? only : graph.node('Concat', all, { axis: 1 });
}
