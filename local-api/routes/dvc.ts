import type { DvcService } from '../../engine/dvc/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function dvcRoutes(dvc: DvcService): Handlers<typeof api.dvc> {
  return {
    export: ({ params, body, parentJobId }) => dvc.export(params.versionId, body, parentJobId),
    inspect: ({ body, signal }) => dvc.inspect(body.path, signal),
  };
}
