export { createModelRegistry } from './create-model-registry.ts';
export * from './model-registry.ts';
export type { OnnxVersion } from './onnx-version.ts';
export { withOnnx } from './onnx-version.ts';
