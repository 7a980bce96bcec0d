import type { DeploymentService } from '../../engine/deployment/index.ts';
import type { api } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

export function deploymentRoutes(deployments: DeploymentService): Handlers<typeof api.deployments> {
  return {
    document: ({ params }) => deployments.document(params.model, params.version),
    preview: ({ params, body }) => deployments.preview(params.model, params.version, body),
    export: ({ params, body, parentJobId }) =>
      deployments.export(params.model, params.version, body, parentJobId),
  };
}
