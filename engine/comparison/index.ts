export * from './comparison-service.ts';
export { createComparison } from './create-comparison.ts';
