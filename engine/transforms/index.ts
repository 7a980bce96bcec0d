export { createTransformService } from './create-transform-service.ts';
export type { TransformService } from './transform-service.ts';
