export { ApiError } from './api-error.ts';
export type { CallOptions, Client, Input, JobWait, StreamedEvent } from './client.ts';
export { createClient } from './client.ts';
