import type { z } from 'zod';
import type { ErrorCode } from './errors.ts';

/**
 * One endpoint, declared once. The server validates by it, the client is typed by it, OpenAPI is written from it.
 *
 * - `path` is OpenAPI style: `/api/v1/runs/{runId}`. A last segment `{path+}` takes the rest of the path, slashes included.
 * - `body: 'bytes'` takes a raw stream; `response: 'bytes'` gives one; `response: 'events'` is a Server-Sent Events stream.
 * - `errors` lists the codes peculiar to it; `request/*`, `access/*` and `internal` can come from any.
 * - `example` is shown in the docs and run by the test suite.
 */
export type Endpoint = {
  id: string;
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  summary: string;
  description?: string;
  params?: z.ZodObject;
  query?: z.ZodObject;
  body?: z.ZodType | 'bytes';
  status?: 200 | 201 | 202 | 204;
  response: z.ZodType | 'bytes' | 'events' | 'none';
  errors?: readonly ErrorCode[];
  timeoutMs?: number;
  maxBodyBytes?: number;
  example?: { params?: Record<string, string>; query?: Record<string, string>; body?: unknown };
};

/** Keeps the literal types of a declaration. */
export function endpoint<const E extends Endpoint>(declaration: E): E {
  return declaration;
}

type OutputOf<S> = S extends z.ZodType ? z.output<S> : undefined;
type InputOf<S> = S extends z.ZodType ? z.input<S> : undefined;

/** What a handler receives after validation: defaults filled in. */
export type ParamsOf<E extends Endpoint> = OutputOf<E['params']>;
export type QueryOf<E extends Endpoint> = OutputOf<E['query']>;
export type BodyOf<E extends Endpoint> = OutputOf<E['body']>;
export type ResponseOf<E extends Endpoint> = E['response'] extends z.ZodType
  ? z.output<E['response']>
  : undefined;

/** What a caller may send: fields with defaults left out. */
export type ParamsInput<E extends Endpoint> = InputOf<E['params']>;
export type BodyInput<E extends Endpoint> = InputOf<E['body']>;
