import { setTimeout as pause } from 'node:timers/promises';
import { AssayError } from '../../errors.ts';
import type { HttpAnswer } from '../../http/index.ts';
import type { PackBlob } from './model-pack.ts';
import type { RegistryClient } from './registry-client.ts';

/** An upload that was begun: where it goes on, and how many bytes are there as far as is known. */
export type BegunUpload = { location: string; offset: number };

export type UploadOptions = {
  /** A repository of the same registry that may have the blob. */
  mountFrom: string | undefined;
  /** Larger blobs go in parts of this size. */
  chunkBytes: number;
  signal: AbortSignal;
  /** What an attempt that was cut off had saved. */
  begun: BegunUpload | null;
  /** Called after each part; null when the upload is no longer there. */
  save(begun: BegunUpload | null): void;
};

const octets = { 'content-type': 'application/octet-stream' };
/** Attempts in a row of which none brought a byte there. */
const maxFailures = 3;
const firstPauseMs = 500;
/** The upload of a location is over, or was never there. */
const lost = [400, 404, 405, 410, 416];

/**
 * Brings a blob into the repository unless it is there: mounted from another repository, in one piece, or in parts that go
 * on after the last one the registry has. Errors: targets/damaged when the registry computes another digest, and those
 * of requests.
 */
export async function uploadBlob(
  client: RegistryClient,
  blob: PackBlob,
  options: UploadOptions,
): Promise<'there' | 'mounted' | 'sent'> {
  if (await client.hasBlob(blob.digest)) return 'there';
  let { begun } = options;
  const save = (next: BegunUpload | null) => {
    begun = next;
    options.save(next);
  };
  let location = begun === null ? await begin(client, blob, options.mountFrom) : null;
  if (begun === null && location === null) return 'mounted';
  const bytes = await blob.bytes();
  for (let failures = 0; ; failures += 1) {
    try {
      if (blob.sizeBytes > options.chunkBytes) {
        await sendParts(client, blob, bytes, {
          fresh: location,
          begun,
          chunkBytes: options.chunkBytes,
          save,
        });
      } else {
        location ??= await begin(client, blob, undefined);
        await close(client, location ?? '', blob, bytes);
      }
      if (begun !== null) save(null);
      return 'sent';
    } catch (thrown) {
      options.signal.throwIfAborted();
      const mayPass = thrown instanceof AssayError && thrown.code === 'targets/unreachable';
      if (!mayPass || failures + 1 >= maxFailures) throw thrown;
      await pause(firstPauseMs * 2 ** failures, undefined, { signal: options.signal });
      // The answer may have been all that was lost.
      if (await client.hasBlob(blob.digest)) return 'sent';
      location = null;
    }
  }
}

/** Where to upload to; null when the blob was mounted instead. */
async function begin(
  client: RegistryClient,
  { digest }: Pick<PackBlob, 'digest'>,
  mountFrom: string | undefined,
): Promise<string | null> {
  const query =
    mountFrom === undefined ? '' : `?${new URLSearchParams({ mount: digest, from: mountFrom }).toString()}`;
  const url = `/v2/${client.repository}/blobs/uploads/${query}`;
  const answer = await client.request({ method: 'POST', url, repeatable: true });
  return answer.status === 201 ? null : locationOf(answer, url);
}

function locationOf(answer: HttpAnswer, asked: string): string {
  const { location } = answer.headers;
  if (location === undefined)
    throw new AssayError('targets/refused', `The registry does not say where to upload to (${asked}).`);
  return location;
}

/** Ends an upload, with the bytes that are not there yet. */
async function close(
  client: RegistryClient,
  location: string,
  { digest, path }: PackBlob,
  bytes: Uint8Array,
): Promise<void> {
  const url = `${location}${location.includes('?') ? '&' : '?'}${new URLSearchParams({ digest }).toString()}`;
  const answer = await client.request({
    method: 'PUT',
    url,
    headers: octets,
    body: bytes,
    file: true,
    repeatable: false,
    expect: lost,
  });
  if (answer.status < 300) return;
  const words = answer.text().replace(/\s+/g, ' ').slice(0, 500);
  if (/DIGEST_INVALID/.test(words)) {
    throw new AssayError(
      'targets/damaged',
      `The registry received other bytes of ${path} than were sent: ${words}`,
    );
  }
  throw answer.status === 400 || answer.status === 405
    ? new AssayError('targets/refused', `The registry answered ${answer.status} for ${path}: ${words}`)
    : new AssayError('targets/unreachable', `The registry lost the upload of ${path}: ${words}`);
}

async function sendParts(
  client: RegistryClient,
  blob: PackBlob,
  bytes: Uint8Array,
  {
    fresh,
    begun,
    ...options
  }: Pick<UploadOptions, 'begun' | 'chunkBytes' | 'save'> & { fresh: string | null },
): Promise<void> {
  const resumed = fresh === null && begun !== null ? await resume(client, begun) : null;
  let at: BegunUpload = resumed ?? {
    location: fresh ?? (await begin(client, blob, undefined)) ?? '',
    offset: 0,
  };
  let chunkBytes = options.chunkBytes;
  let repeats = 0;
  while (at.offset < blob.sizeBytes) {
    const part = bytes.subarray(at.offset, at.offset + chunkBytes);
    const sent = await sendPart(client, at, part);
    repeats = sent.offset > at.offset ? 0 : repeats + 1;
    if (repeats >= maxFailures)
      throw new AssayError('targets/refused', `The registry takes no further part of ${blob.path}.`);
    at = { location: sent.location, offset: sent.offset };
    chunkBytes = Math.max(chunkBytes, sent.leastBytes);
    options.save(at);
  }
  await close(client, at.location, blob, new Uint8Array());
}

/** Sends a part; when the way was cut or the registry has another offset, what it has is what counts. */
async function sendPart(
  client: RegistryClient,
  at: BegunUpload,
  part: Uint8Array,
): Promise<BegunUpload & { leastBytes: number }> {
  const answer = await client.request({
    method: 'PATCH',
    url: at.location,
    headers: { ...octets, 'content-range': `${at.offset}-${at.offset + part.byteLength - 1}` },
    body: part,
    file: true,
    expect: lost,
  });
  if (answer.status < 300) {
    return {
      location: answer.headers.location ?? at.location,
      offset: offsetOf(answer) ?? at.offset + part.byteLength,
      leastBytes: Number(answer.headers['oci-chunk-min-length'] ?? 0) || 0,
    };
  }
  const resumed = answer.status === 416 ? await resume(client, at) : null;
  if (resumed !== null) return { ...resumed, leastBytes: 0 };
  throw new AssayError(
    answer.status === 404 || answer.status === 410 || answer.status === 416
      ? 'targets/unreachable'
      : 'targets/refused',
    `The registry answered ${answer.status} for a part: ${answer.text().replace(/\s+/g, ' ').slice(0, 500)}`,
  );
}

/** Asks how far an upload got; null when it is not there any more. */
async function resume(client: RegistryClient, begun: BegunUpload): Promise<BegunUpload | null> {
  const answer = await client.request({ method: 'GET', url: begun.location, expect: lost });
  if (answer.status >= 300) return null;
  return { location: answer.headers.location ?? begun.location, offset: offsetOf(answer) ?? begun.offset };
}

/** `Range: 0-<last byte>`; `0-0` is how registries say that they have nothing. */
function offsetOf({ headers }: HttpAnswer): number | null {
  const last = /^(?:bytes=)?0-(\d+)$/.exec(headers.range ?? '')?.[1];
  if (last === undefined) return null;
  return last === '0' ? 0 : Number(last) + 1;
}
