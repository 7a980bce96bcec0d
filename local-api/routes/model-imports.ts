import type { ModelImportService } from '../../engine/model-import/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function modelImportRoutes(imports: ModelImportService): Handlers<typeof api.modelImports> {
  return {
    check: ({ body, parentJobId }) => imports.check(body, parentJobId),
    create: ({ body, parentJobId }) => imports.import(body, parentJobId),
  };
}
