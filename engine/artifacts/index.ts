export * from './artifact-store.ts';
export { createLocalArtifactStore } from './local-artifact-store.ts';
