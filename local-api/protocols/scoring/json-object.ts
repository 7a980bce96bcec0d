import { AssayError, messageOf } from '../../../engine/errors.ts';
import { parseLongJson } from './long-json.ts';

/** Outside of texts: the word that Python's json writes for a missing number and that JSON does not have. */
const tokens = /"(?:[^"\\]|\\.)*"|\bNaN\b/gs;

/**
 * The body as a JSON object; no body at all reads as `{}`, and a bare NaN as null. A long one is read in parts.
 * Cost: one more pass over the text when it is not plain JSON. Errors: `request/malformed`.
 */
export async function readJsonObject(body: Buffer): Promise<Record<string, unknown>> {
  if (body.length === 0) return {};
  const value = await parse(body);
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  const found = Array.isArray(value) ? 'a list' : value === null ? 'null' : `a ${typeof value}`;
  throw new AssayError('request/malformed', `The body has to be a JSON object, not ${found}.`);
}

async function parse(body: Buffer): Promise<unknown> {
  try {
    return await parseLongJson(body, parseLenient);
  } catch (thrown) {
    if (thrown instanceof AssayError) throw thrown;
    throw new AssayError('request/malformed', `The body is not JSON: ${messageOf(thrown)}`);
  }
}

function parseLenient(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (thrown) {
    const corrected = text.replace(tokens, (token) => (token === 'NaN' ? 'null' : token));
    try {
      if (corrected !== text) return JSON.parse(corrected);
    } catch {
      // The first fault is the one to tell.
    }
    throw thrown;
  }
}
