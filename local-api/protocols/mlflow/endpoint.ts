import type { Readable } from 'node:stream';
import type { z } from 'zod';
import type { Download } from '../../routes/send-download.ts';
import { invalidParameter } from './errors.ts';
import { faultsOf } from './message.ts';

/** A request as the binder hands it over. */
export type RawCall = {
  /** Query (GET) or body, with the parameters of the path put in. */
  input: Record<string, unknown>;
  /** The part of the path that `{name+}` stands for, and the others, percent-decoded once. */
  params: Record<string, string>;
  query: URLSearchParams;
  /** The body as it comes: for endpoints that take bytes. */
  bytes(): Readable;
  /** The whole body, decompressed. Errors: INVALID_PARAMETER_VALUE when it is too large or cut off. */
  body(): Promise<Buffer>;
  headers: Record<string, string | string[] | undefined>;
  /** Scheme and host as the client wrote them. */
  origin: string;
};

/** JSON written already, for answers that are built piece by piece. */
export class JsonText {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** An answer that is bytes, with the content type that MLflow would give. */
export type FileAnswer = Download & { contentType: string };

export type Answer =
  | { kind: 'json'; value: object | JsonText; status?: number; headers?: Record<string, string> }
  | { kind: 'file'; file: FileAnswer }
  | { kind: 'text'; text: string };

/** One address of MLflow's API. `path` is without the prefix: `/mlflow/runs/create`, `/mlflow/logged-models/{model_id}`. */
export type MlflowEndpoint = {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  path: string;
  /** The 2 of /api/2.0; 0: the path as it is, without a prefix. */
  version: 0 | 2 | 3;
  /** Offered under /ajax-api only. */
  ajaxOnly: boolean;
  /** How the input travels. */
  takes: 'query' | 'json' | 'bytes';
  answer(call: RawCall): Promise<Answer>;
};

type Options = { version?: 2 | 3; ajaxOnly?: boolean };
type Method = MlflowEndpoint['method'];

/** An address that takes a message and answers with one. Errors of the message: INVALID_PARAMETER_VALUE, all at once. */
export function rpc<T extends z.ZodType>(
  method: Method,
  path: string,
  request: T,
  handle: (input: z.output<T>, call: RawCall) => Promise<object | JsonText>,
  { version = 2, ajaxOnly = false }: Options = {},
): MlflowEndpoint {
  return {
    method,
    path,
    version,
    ajaxOnly,
    takes: method === 'GET' ? 'query' : 'json',
    async answer(call) {
      const parsed = request.safeParse(call.input);
      if (!parsed.success) throw invalidParameter(faultsOf(parsed.error));
      return { kind: 'json', value: await handle(parsed.data, call) };
    },
  };
}

/** An address with bytes on one side, or another shape of its own. */
export function raw(
  method: Method,
  path: string,
  takes: MlflowEndpoint['takes'],
  answer: (call: RawCall) => Promise<Answer>,
  { version = 2, ajaxOnly = false }: { version?: 0 | 2 | 3; ajaxOnly?: boolean } = {},
): MlflowEndpoint {
  return { method, path, version, ajaxOnly, takes, answer };
}
