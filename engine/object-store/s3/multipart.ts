import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { PutOptions } from '../object-store.ts';
import { xmlText } from '../xml.ts';
import type { S3Client } from './s3-store.ts';

const maxParts = 10_000;
const Begun = z.object({
  uploadId: z.string(),
  partBytes: z.int().min(1),
  /** ETags of the parts that are there, in order. */
  etags: z.array(z.string()),
});
type Begun = z.infer<typeof Begun>;

/** Puts an object in parts, going on after those that `begun` names; anew when the store has forgotten them. */
export async function putMultipart(
  client: S3Client,
  key: string,
  bytes: Uint8Array,
  options: PutOptions & { headers: Record<string, string>; partBytes: number },
): Promise<void> {
  const { headers, over, save } = options;
  const parsed = Begun.safeParse(options.begun);
  const known = parsed.success ? parsed.data : null;
  const begun = known ?? (await begin(client, key, bytes, options));
  const forgotten = await sendParts(client, key, bytes, begun, save);
  if (forgotten || (await complete(client, key, begun, over)) === 'forgotten') {
    if (known === null) throw new AssayError('targets/refused', `The store lost the upload of ${key}.`);
    await putMultipart(client, key, bytes, { ...options, headers, begun: null });
    return;
  }
  save(null, bytes.byteLength);
}

async function begin(
  client: S3Client,
  key: string,
  bytes: Uint8Array,
  { headers, partBytes }: { headers: Record<string, string>; partBytes: number },
): Promise<Begun> {
  const answer = await client.send({
    method: 'POST',
    key,
    query: { uploads: '' },
    headers,
    repeatable: true,
  });
  const uploadId = xmlText(answer.text(), 'UploadId');
  if (uploadId === null) throw new AssayError('targets/refused', 'The store began no upload of parts.');
  return { uploadId, partBytes: Math.max(partBytes, Math.ceil(bytes.byteLength / maxParts)), etags: [] };
}

/** Whether the store has forgotten the upload. */
async function sendParts(
  client: S3Client,
  key: string,
  bytes: Uint8Array,
  begun: Begun,
  save: PutOptions['save'],
): Promise<boolean> {
  const { uploadId, partBytes, etags } = begun;
  for (let at = etags.length * partBytes; at < bytes.byteLength; at += partBytes) {
    const answer = await client.send({
      method: 'PUT',
      key,
      query: { partNumber: String(etags.length + 1), uploadId },
      body: bytes.subarray(at, at + partBytes),
      file: true,
      accept: ['NoSuchUpload'],
    });
    if (answer.status === 404) return true;
    etags.push(answer.headers.etag ?? '');
    save(begun, Math.min(bytes.byteLength, at + partBytes));
  }
  return false;
}

async function complete(
  client: S3Client,
  key: string,
  { uploadId, etags }: Begun,
  over: string | null,
): Promise<'done' | 'forgotten'> {
  const parts = etags
    .map((etag, n) => `<Part><PartNumber>${n + 1}</PartNumber><ETag>${escaped(etag)}</ETag></Part>`)
    .join('');
  const answer = await client.send({
    method: 'POST',
    key,
    query: { uploadId },
    headers: { 'content-type': 'application/xml', ...client.conditions(over) },
    body: `<CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${parts}</CompleteMultipartUpload>`,
    accept: ['NoSuchUpload', 'InvalidPart'],
  });
  if (answer.status >= 300) return 'forgotten';
  // Assembling takes time, so the head of the answer is sent before it is known how it ends.
  const code = xmlText(answer.text(), 'Code');
  if (code === null) return 'done';
  throw new AssayError(
    code === 'InternalError' || code === 'SlowDown' ? 'targets/unreachable' : 'targets/refused',
    `The store could not put the parts of ${key} together: ${code}.`,
  );
}

function escaped(text: string): string {
  return text.replace(/&/g, '&amp;').replace(/</g, '&lt;').replace(/>/g, '&gt;');
}
