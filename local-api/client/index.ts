export { ApiError } from './api-error.ts';
export { type Client, createClient, type StreamedEvent } from './client.ts';
export { urlOf } from './url-of.ts';
