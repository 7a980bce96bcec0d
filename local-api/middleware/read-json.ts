import express from 'express';
import { AssayError, messageOf } from '../../engine/errors.ts';
import type { HttpRequest, HttpResponse } from './http-types.ts';
import { findJsonFault, placeOf } from './json-fault.ts';

/** Bodies beyond this need a route that says so. A batch of 10,000 metric points has about 1 MB. */
const DEFAULT_LIMIT_BYTES = 8 * 1024 ** 2;

/**
 * A reader of JSON bodies up to `limitBytes` (counted after decompression). No body at all reads as `{}`, so that
 * a request whose fields all have defaults can be sent bare.
 *
 * Errors: `request/unsupported-media-type`, `request/too-large`, `request/malformed` with line and column.
 */
export function jsonReader(limitBytes: number = DEFAULT_LIMIT_BYTES) {
  const parse = express.json({ limit: limitBytes, strict: false, type: () => true });
  return (request: HttpRequest, response: HttpResponse): Promise<unknown> => {
    if (!hasBody(request)) return Promise.resolve({});
    checkJsonType(request.headers['content-type']);
    refuseTooLarge(request, limitBytes);
    return new Promise((resolve, reject) => {
      parse(request, response, (thrown?: unknown) => {
        if (thrown) reject(readable(thrown));
        else resolve(request.body ?? {});
      });
    });
  };
}

/** Refuses by the announced length, before a byte is read. Errors: `request/too-large`. */
export function refuseTooLarge(request: HttpRequest, limitBytes: number): void {
  const length = Number(request.headers['content-length'] ?? 0);
  if (length > limitBytes) throw tooLarge(limitBytes);
}

export function tooLarge(limitBytes: number): AssayError {
  return new AssayError('request/too-large', `The body may have at most ${limitBytes} bytes here.`);
}

const json = /^application\/json\s*(;|$)/i;

/** Errors: `request/unsupported-media-type`. */
export function checkJsonType(type = ''): void {
  if (json.test(type)) return;
  throw new AssayError(
    'request/unsupported-media-type',
    type
      ? `The body is "${type.slice(0, 200)}" and must be application/json.`
      : 'The body has no content type.',
  );
}

function hasBody(request: HttpRequest): boolean {
  const { 'transfer-encoding': chunked, 'content-length': length } = request.headers;
  return chunked !== undefined || (length !== undefined && length !== '0');
}

/** The parser keeps the text it could not parse on the error. */
function readable(thrown: unknown): unknown {
  if (typeof thrown !== 'object' || thrown === null || !('type' in thrown)) return thrown;
  if (thrown.type === 'request.aborted') return new AssayError('request/malformed', 'The body was cut off.');
  if (thrown.type !== 'entity.parse.failed') return thrown;
  return malformed('body' in thrown && typeof thrown.body === 'string' ? thrown.body : '', thrown);
}

/** A text that `JSON.parse` refused with `thrown`, as `request/malformed` with the place. */
export function malformed(text: string, thrown: unknown): AssayError {
  const fault = findJsonFault(text);
  if (!fault) return new AssayError('request/malformed', messageOf(thrown));
  const found =
    fault.offset >= text.length ? 'the body ends' : `${JSON.stringify(text[fault.offset])} stands`;
  return new AssayError(
    'request/malformed',
    `The body is not JSON: ${found} at ${placeOf(text, fault.offset)}, where ${fault.expected} was expected.`,
    { problems: [{ path: String(fault.offset), message: `not JSON from here`, expected: fault.expected }] },
  );
}
