export { createModelRegistry, type ModelRegistryOptions } from './create-model-registry.ts';
export * from './model-registry.ts';
