export { createModelRegistry } from './create-model-registry.ts';
export * from './model-registry.ts';
