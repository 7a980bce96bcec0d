import { invalidParameter } from './errors.ts';

/** Outside of texts: three words that Python's json writes and that JSON does not have. */
const tokens = /"(?:[^"\\]|\\.)*"|-?\b(?:NaN|Infinity)\b/gs;

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * A body as MLflow's clients and other tools send it: empty for an empty message, with bare NaN and Infinity, or as JSON
 * within a JSON text (clients of version 1). Cost: one more pass over the text when it is not plain JSON.
 *
 * Errors: INVALID_PARAMETER_VALUE.
 */
export function readLenientJson(body: string): unknown {
  if (body.trim() === '') return {};
  const quoted = () => body.replace(tokens, (token) => (token.startsWith('"') ? token : `"${token}"`));
  const value = parse(body) ?? parse(quoted());
  if (value === undefined) throw invalidParameter('The body of the request is not JSON.');
  return typeof value === 'string' ? readLenientJson(value) : (value ?? {});
}
