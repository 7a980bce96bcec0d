import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/index.ts';
import type { GcsSend, UploadOptions } from './gcs-store.ts';

/** Parts are a multiple of this; the last one is not. */
const unitBytes = 256 * 1024;
const Begun = z.object({ session: z.url({ protocol: /^https?$/ }), done: z.int().min(0) });
const Made = z.object({ size: z.coerce.number() });
type Begun = z.infer<typeof Begun>;

/**
 * Puts an object in parts. An upload that was begun is asked how far it came, and goes on from there; when the store has
 * forgotten it, it begins anew. The address of an upload is its credential: no token goes there.
 *
 * Source: Cloud Storage, "Resumable uploads".
 */
export async function putResumable(
  send: GcsSend,
  uploads: string,
  bytes: Uint8Array,
  options: UploadOptions & { partBytes: number },
): Promise<void> {
  const parsed = Begun.safeParse(options.begun);
  const known = parsed.success ? parsed.data : null;
  const session = new URL(known?.session ?? (await begin(send, uploads, bytes, options)));
  const size = bytes.byteLength;
  const partBytes = Math.max(unitBytes, Math.floor(options.partBytes / unitBytes) * unitBytes);
  const sendPart = (from: number) => {
    const body = bytes.subarray(from, Math.min(size, from + partBytes));
    const range = `bytes ${from}-${from + body.byteLength - 1}/${size}`;
    return put(send, session, { 'content-range': range }, body);
  };
  // Of what was sent, only what the store says it has counts.
  let answer =
    known === null ? await sendPart(0) : await put(send, session, { 'content-range': `bytes */${size}` });
  let done = -1;
  while (answer.status === 308) {
    const has = kept(answer);
    if (has <= done) throw new AssayError('targets/unreachable', 'The store keeps none of what it is sent.');
    done = has;
    options.save({ session: session.href, done } satisfies Begun, done);
    answer = await sendPart(done);
  }
  if (answer.status < 300) {
    const made = Made.safeParse(answer.json());
    if (!made.success || made.data.size === size) return;
    throw new AssayError('targets/damaged', `${options.about.name} is ${made.data.size} bytes there.`);
  }
  if (known === null)
    throw new AssayError('targets/refused', `The store lost the upload of ${options.about.name}.`);
  await putResumable(send, uploads, bytes, { ...options, begun: null });
}

async function begin(
  send: GcsSend,
  uploads: string,
  bytes: Uint8Array,
  { about, query }: UploadOptions,
): Promise<string> {
  const answer = await send({
    method: 'POST',
    at: uploads,
    query: { ...query, uploadType: 'resumable' },
    headers: {
      'content-type': 'application/json; charset=UTF-8',
      'x-upload-content-type': 'application/octet-stream',
      'x-upload-content-length': String(bytes.byteLength),
    },
    body: JSON.stringify(about),
    // Without a part, an upload is nothing.
    repeatable: true,
  });
  const session = z.url({ protocol: /^https?$/ }).safeParse(answer.headers.location);
  if (session.success) return session.data;
  throw new AssayError('targets/refused', 'The store began no upload.');
}

/** 308: go on; 404 and 410: the upload is forgotten. */
function put(
  send: GcsSend,
  session: URL,
  headers: Record<string, string>,
  body?: Uint8Array,
): Promise<HttpAnswer> {
  const accept = [308, 404, 410];
  return send({
    method: 'PUT',
    at: session,
    headers,
    accept,
    ...(body === undefined ? {} : { body, file: true }),
  });
}

/** How many bytes of the beginning are there. */
function kept(answer: HttpAnswer): number {
  const [, last] = /^bytes=0-(\d+)$/.exec(answer.headers.range ?? '') ?? [];
  return last === undefined ? 0 : Number(last) + 1;
}
