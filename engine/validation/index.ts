export { createValidationService } from './create-validation-service.ts';
export { writeValidation } from './validation-document.ts';
export * from './validation-service.ts';
