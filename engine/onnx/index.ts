export type { Dimension, ElementType, TensorData } from './encode.ts';
export { flattenModel } from './flatten-model.ts';
export {
  type Attribute,
  float,
  GraphBuilder,
  type NodeOptions,
  tensor,
  type Value,
} from './graph-builder.ts';
export { type InputColumn, inputElementType, missingDatetime, outputNames } from './model-inputs.ts';
export { createSession, type Feed, type OnnxSession, type RunOutputs } from './session.ts';
