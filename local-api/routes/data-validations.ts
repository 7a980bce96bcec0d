import type { ValidationService } from '../../engine/validation/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function dataSchemaRoutes(validation: ValidationService): Handlers<typeof api.dataSchemas> {
  return {
    list: async ({ params }) => ({ items: await validation.listSchemas(params.dataset) }),
    save: ({ params, body }) => validation.saveSchema(params.dataset, body),
    active: ({ params }) => validation.getSchema(params.dataset, null),
    get: ({ params }) => validation.getSchema(params.dataset, params.version),
    activate: ({ params }) => validation.activateSchema(params.dataset, params.version),
    delete: ({ params }) => validation.deleteSchema(params.dataset, params.version),
    infer: ({ body, parentJobId }) => validation.infer(body, parentJobId),
    check: async ({ body }) => ({ problems: await validation.checkSchema(body) }),
    export: ({ body }) => validation.exportSchema(body),
    import: ({ body }) => validation.importSchema(body),
    settings: ({ params }) => validation.settings(params.dataset),
    changeSettings: ({ params, body }) => validation.changeSettings(params.dataset, body),
  };
}

export function dataValidationRoutes(validation: ValidationService): Handlers<typeof api.dataValidations> {
  return {
    list: ({ query }) => validation.list(query),
    create: ({ body, parentJobId }) => validation.start(body, parentJobId),
    verdicts: async ({ query }) => ({
      items: await validation.verdicts(query.versionIds.split(',').slice(0, 200)),
    }),
    get: ({ params }) => validation.get(params.validationId),
    rows: ({ params, query }) => validation.failingRows(params.validationId, params.ruleId, query),
    delete: ({ params }) => validation.delete(params.validationId),
  };
}
