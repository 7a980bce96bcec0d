export { createDeploymentService } from './create-deployment-service.ts';
export type { DeploymentService } from './deployment-service.ts';
