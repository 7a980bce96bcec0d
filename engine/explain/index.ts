export { createExplanationService } from './create-explanation-service.ts';
export type { ExplanationService } from './explanation-service.ts';
