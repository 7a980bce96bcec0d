import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { PushContext } from '../target.ts';
import type { HubClient } from './hub-client.ts';

const lfsType = 'application/vnd.git-lfs+json';
const maxPerBatch = 100;

const Action = z.looseObject({ href: z.string(), header: z.record(z.string(), z.string()).default({}) });
const Batch = z.looseObject({
  objects: z.array(
    z.looseObject({
      oid: z.string(),
      error: z.looseObject({ message: z.string() }).optional(),
      actions: z.looseObject({ upload: Action.optional(), verify: Action.optional() }).optional(),
    }),
  ),
});
type Action = z.infer<typeof Action>;

export type LargeFile = { path: string; digest: string; sizeBytes: number; bytes(): Promise<Uint8Array> };

/**
 * Brings files into the LFS store of a repository; those that are there are not sent again, so an upload that was cut off
 * goes on with the next file. Gives the digests that were sent. Source: git-lfs, "Batch API", and the hub's multipart transfer.
 */
export async function uploadLarge(
  client: HubClient,
  branch: string,
  files: readonly LargeFile[],
  context: Pick<PushContext, 'http' | 'progress' | 'signal'>,
): Promise<Set<string>> {
  const sent = new Set<string>();
  const byOid = new Map(files.map((file) => [oidOf(file), file]));
  const all = [...byOid.keys()];
  for (let at = 0; at < all.length; at += maxPerBatch) {
    const some = all.slice(at, at + maxPerBatch);
    const answer = await client.request({
      method: 'POST',
      url: `${client.repo}.git/info/lfs/objects/batch`,
      headers: { accept: lfsType, 'content-type': lfsType },
      body: JSON.stringify({
        operation: 'upload',
        transfers: ['basic', 'multipart'],
        objects: some.map((oid) => ({ oid, size: byOid.get(oid)?.sizeBytes })),
        hash_algo: 'sha256',
        ref: { name: branch },
      }),
      repeatable: true,
    });
    const batch = Batch.safeParse(answer.json());
    if (!batch.success) throw new AssayError('targets/refused', 'The hub does not answer as git-lfs does.');
    for (const { oid, error, actions } of batch.data.objects) {
      const file = byOid.get(oid);
      if (error !== undefined)
        throw new AssayError('targets/refused', `${file?.path ?? oid}: ${error.message}`);
      if (file === undefined || actions?.upload === undefined) continue;
      context.progress(sent.size / all.length, `Sending ${file.path}`);
      await upload(context, file, actions.upload);
      if (actions.verify !== undefined) await verify(client, file, actions.verify);
      sent.add(file.digest);
    }
  }
  return sent;
}

function oidOf({ digest }: Pick<LargeFile, 'digest'>): string {
  return digest.slice('sha256:'.length);
}

/** The addresses hold their own credentials: ours go to none of them. */
async function upload(
  { http }: Pick<PushContext, 'http'>,
  file: LargeFile,
  { href, header }: Action,
): Promise<void> {
  const bytes = await file.bytes();
  const chunkBytes = Number(header.chunk_size ?? Number.NaN);
  if (!Number.isInteger(chunkBytes) || chunkBytes <= 0) {
    await http.request({ method: 'PUT', url: href, headers: header, body: bytes, file: true });
    return;
  }
  const parts: { partNumber: number; etag: string }[] = [];
  for (let at = 0; at < bytes.byteLength; at += chunkBytes) {
    const partNumber = parts.length + 1;
    const url = header[String(partNumber)] ?? header[String(partNumber).padStart(5, '0')];
    if (url === undefined)
      throw new AssayError('targets/refused', `The hub names no address for part ${partNumber}.`);
    const body = bytes.subarray(at, at + chunkBytes);
    const answer = await http.request({ method: 'PUT', url, body, file: true });
    parts.push({ partNumber, etag: answer.headers.etag ?? '' });
  }
  await http.request({
    method: 'POST',
    url: href,
    headers: { accept: lfsType, 'content-type': lfsType },
    body: JSON.stringify({ oid: oidOf(file), parts }),
  });
}

async function verify(client: HubClient, file: LargeFile, { href, header }: Action): Promise<void> {
  await client.request({
    method: 'POST',
    url: href,
    headers: { ...header, accept: lfsType, 'content-type': lfsType },
    body: JSON.stringify({ oid: oidOf(file), size: file.sizeBytes }),
    repeatable: true,
  });
}
