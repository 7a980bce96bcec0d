export { createRemotesService } from './create-remotes-service.ts';
export type { RemotesService } from './remotes-service.ts';
