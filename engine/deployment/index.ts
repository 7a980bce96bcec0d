export { createDeploymentService } from './create-deployment-service.ts';
export type { DeploymentService } from './deployment-service.ts';
export { portName, type Subject } from './manifests/manifest.ts';
export { manifestsOf } from './manifests/manifests.ts';
export { environmentOf, nameOf, readDocument } from './read-document.ts';
