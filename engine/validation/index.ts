export { createValidationService } from './create-validation-service.ts';
export type { CheckedImport, ImportCheck, ImportGuard } from './import-guard.ts';
export { writeValidation } from './validation-document.ts';
export * from './validation-service.ts';
