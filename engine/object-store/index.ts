export { AzureLocation } from './azure/azure-location.ts';
export { azureStore } from './azure/azure-store.ts';
export { GcsLocation } from './gcs/gcs-location.ts';
export { gcsStore } from './gcs/gcs-store.ts';
export type { ListedObject, ObjectStore, OpenStore, StoredObject } from './object-store.ts';
export { S3Location } from './s3/s3-location.ts';
export { s3Store } from './s3/s3-store.ts';
