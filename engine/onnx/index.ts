export { createAcceleratedSession } from './accelerated-session.ts';
export { decodeGraph, type OnnxAttribute, type OnnxGraph, type OnnxNode } from './decode.ts';
export type { AttributeValue, NodeProto, TensorData, TensorProto } from './encode.ts';
export { flattenModel } from './flatten-model.ts';
export { adoptGraph, type Surroundings } from './foreign/adopt-graph.ts';
export { elementName } from './foreign/element-names.ts';
export { hasControlFlow } from './foreign/graph-facts.ts';
export { type ForeignModel, type ForeignValue, readForeign } from './foreign/read-foreign.ts';
export { float, GraphBuilder, tensor, type Value } from './graph-builder.ts';
export { withIntermediateOutput } from './intermediate-output.ts';
export {
  addInputs,
  type InputColumn,
  inputElementType,
  missingDatetime,
  outputNames,
  probabilityColumns,
} from './model-inputs.ts';
export { type OnnxVersion, type VersionFile, withOnnx } from './onnx-version.ts';
export {
  createSession,
  type Feed,
  type OnnxSession,
  type OutputTensor,
  onnxRuntimeVersion,
  type RunOutputs,
  runOutputs,
} from './session.ts';
