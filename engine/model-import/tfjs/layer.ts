import type { GraphBuilder, Value } from '../../onnx/index.ts';
import type { Layer } from './topology.ts';
import type { Weight } from './weights.ts';

/** A value with the number of its dimensions, rows included. */
export type Flow = { value: Value; rank: number };

export type LayerContext = {
  g: GraphBuilder;
  layer: Layer;
  inputs: readonly [Flow, ...Flow[]];
  /** A weight of the layer. Throws UnsupportedLayer when the file has none of this name. */
  weight(name: string): Weight;
  constant(weight: Weight): Value;
};

/** Why a layer cannot be converted. */
export class UnsupportedLayer extends Error {}

export type LayerConverter = (context: LayerContext) => Flow;
