export * from './artifact-store.ts';
export { freeBytes } from './free-bytes.ts';
export { createLocalArtifactStore } from './local-artifact-store.ts';
export { createMultipartUploads, type MultipartUploads } from './multipart-uploads.ts';
