export { createValidationService } from './create-validation-service.ts';
export * from './validation-service.ts';
