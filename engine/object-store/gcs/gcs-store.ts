import { createHash } from 'node:crypto';
import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { HttpAnswer, HttpRequest, RemoteContext } from '../../http/index.ts';
import type { ObjectStore, OpenStore, PutOptions } from '../object-store.ts';
import { type TokenSource, tokenSource } from './access-token.ts';
import type { GcsLocation } from './gcs-location.ts';
import { putResumable } from './resumable.ts';

/** Answers whose reason is in their body. */
const told = [308, 400, 401, 403, 404, 410, 412];

const Stored = z.object({
  size: z.coerce.number(),
  generation: z.coerce.string(),
  metadata: z.record(z.string(), z.string()).optional(),
});
const Page = z.object({
  prefixes: z.array(z.string()).default([]),
  items: z
    .array(
      z.object({
        name: z.string(),
        size: z.coerce.number().default(0),
        generation: z.coerce.string().optional(),
      }),
    )
    .default([]),
  nextPageToken: z.string().optional(),
});
const Told = z.object({
  error: z.object({
    message: z.string().catch(''),
    errors: z.array(z.object({ reason: z.string().catch('') })).catch([]),
  }),
});

type GcsRequest = Omit<HttpRequest, 'url' | 'expect'> & {
  /** After the origin, encoded; or the address of an upload, which is its own credential. */
  at: string | URL;
  query?: Readonly<Record<string, string>>;
  /** Statuses that are answers. */
  accept?: readonly number[];
};
export type GcsSend = (request: GcsRequest) => Promise<HttpAnswer>;

/** The JSON API of Google Cloud Storage. */
export function gcsStore(config: GcsLocation): OpenStore {
  const token = tokenSource(config);
  return (context) => openStore(config, token, context);
}

function openStore(config: GcsLocation, token: TokenSource, context: RemoteContext): ObjectStore {
  const { bucket } = config;
  const base = (config.endpoint ?? 'https://storage.googleapis.com').replace(/\/+$/, '');
  const address = (key: string) => `gs://${bucket}/${key}`;
  const objects = `/storage/v1/b/${encodeURIComponent(bucket)}/o`;
  const objectAt = (key: string) => `${objects}/${encodeURIComponent(key)}`;
  const uploads = `/upload${objects}`;

  const send: GcsSend = async ({ at, query = {}, accept = [], ...request }) => {
    const url = typeof at === 'string' ? new URL(`${base}${at}`) : at;
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, value);
    const bearer = typeof at === 'string' ? await token(context) : null;
    const headers = { ...request.headers, ...(bearer === null ? {} : { authorization: `Bearer ${bearer}` }) };
    const answer = await context.http.request({ ...request, url, headers, expect: told });
    if (answer.status < 300 || accept.includes(answer.status)) return answer;
    throw failureOf(answer, `${request.method} ${url.host}${url.pathname}`, config);
  };

  const head: ObjectStore['head'] = async (key) => {
    const query = { fields: 'size,generation,metadata' };
    const answer = await send({ method: 'GET', at: objectAt(key), query, accept: [404] });
    if (answer.status === 404) {
      throwWithoutBucket(answer, config);
      return null;
    }
    const { size, generation, metadata } = parsed(Stored, answer);
    return { sizeBytes: size, digest: metadata?.sha256 ?? null, state: generation };
  };

  return {
    address,
    head,
    async get(key, maxBytes) {
      const found = await head(key);
      if (found === null) return null;
      const answer = await send({
        method: 'GET',
        at: objectAt(key),
        // What was replaced since is not there in this generation any more.
        query: { alt: 'media', generation: found.state },
        accept: [404],
        maxAnswerBytes: Math.max(maxBytes, 64 * 1024),
      });
      return answer.status === 404 ? null : { bytes: answer.body, state: found.state };
    },
    async put(key, bytes, options) {
      const partBytes = Math.round(config.partMb * 1024 ** 2);
      const about = {
        name: key,
        metadata: { sha256: options.digest },
        // The store refuses bytes that were changed on their way.
        md5Hash: createHash('md5').update(bytes).digest('base64'),
      };
      const query = { ifGenerationMatch: options.over ?? '0' };
      try {
        if (bytes.byteLength > partBytes)
          await putResumable(send, uploads, bytes, { ...options, about, query, partBytes });
        else await putWhole(send, uploads, bytes, { about, query });
      } catch (thrown) {
        // A try whose answer was lost makes the next one fail its condition.
        const mayBeOurs = thrown instanceof AssayError && thrown.code === 'targets/conflict';
        if (!mayBeOurs || (await head(key))?.digest !== options.digest) throw thrown;
      }
      options.save(null, bytes.byteLength);
    },
    async remove(key) {
      await send({ method: 'DELETE', at: objectAt(key), accept: [404] });
    },
    async list(prefix) {
      const names: string[] = [];
      let pageToken: string | undefined;
      do {
        const query: Record<string, string> = {
          delimiter: '/',
          prefix,
          fields: 'prefixes,items(name),nextPageToken',
          ...(pageToken === undefined ? {} : { pageToken }),
        };
        const page: z.infer<typeof Page> = parsed(Page, await send({ method: 'GET', at: objects, query }));
        const found = [...page.prefixes, ...page.items.map(({ name }) => name)];
        names.push(...found.map((name) => name.slice(prefix.length)).filter(Boolean));
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined && pageToken !== '');
      return names;
    },
    async range(key, start, length, state = null) {
      const answer = await send({
        method: 'GET',
        at: objectAt(key),
        query: { alt: 'media', ...(state === null ? {} : { ifGenerationMatch: state }) },
        headers: { range: `bytes=${start}-${start + length - 1}` },
        accept: [404],
        maxAnswerBytes: Math.max(length, 64 * 1024),
      });
      return answer.status === 404 ? null : answer.body;
    },
    async *listAll(prefix) {
      let pageToken: string | undefined;
      do {
        const query: Record<string, string> = {
          prefix,
          fields: 'items(name,size,generation),nextPageToken',
          ...(pageToken === undefined ? {} : { pageToken }),
        };
        const page: z.infer<typeof Page> = parsed(Page, await send({ method: 'GET', at: objects, query }));
        for (const { name, size, generation = null } of page.items)
          yield { key: name, sizeBytes: size, state: generation };
        pageToken = page.nextPageToken;
      } while (pageToken !== undefined && pageToken !== '');
    },
    origin: new URL(base),
    probe: () => send({ method: 'GET', at: objects, query: { maxResults: '1' } }),
  };
}

export type UploadOptions = {
  about: { name: string; metadata: Record<string, string>; md5Hash: string };
  query: Readonly<Record<string, string>>;
} & Pick<PutOptions, 'begun' | 'save'>;

/** What describes the object and the object itself in one request. */
async function putWhole(
  send: GcsSend,
  uploads: string,
  bytes: Uint8Array,
  { about, query }: Pick<UploadOptions, 'about' | 'query'>,
): Promise<void> {
  // No line of an object begins with the digest of that object.
  const boundary = createHash('sha256').update(bytes).digest('hex');
  const type = (name: string) => `--${boundary}\r\nContent-Type: ${name}\r\n\r\n`;
  const body = Buffer.concat([
    Buffer.from(`${type('application/json; charset=UTF-8')}${JSON.stringify(about)}\r\n`, 'utf8'),
    Buffer.from(type('application/octet-stream'), 'utf8'),
    bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`, 'utf8'),
  ]);
  await send({
    method: 'POST',
    at: uploads,
    query: { ...query, uploadType: 'multipart' },
    headers: { 'content-type': `multipart/related; boundary=${boundary}` },
    body,
    file: true,
    // The condition makes a second try harmless.
    repeatable: true,
  });
}

function parsed<T>(schema: z.ZodType<T>, answer: HttpAnswer): T {
  const result = schema.safeParse(answer.json());
  if (result.success) return result.data;
  throw new AssayError('targets/refused', 'The address does not answer as Google Cloud Storage does.');
}

function saidBy(answer: HttpAnswer): { message: string; reasons: string[] } {
  try {
    const { error } = Told.parse(JSON.parse(answer.text()));
    return { message: error.message, reasons: error.errors.map(({ reason }) => reason) };
  } catch {
    return { message: answer.text().replace(/\s+/g, ' ').slice(0, 300), reasons: [] };
  }
}

/** An object and its bucket are missing with one status. */
function throwWithoutBucket(answer: HttpAnswer, { bucket }: GcsLocation): void {
  if (!/bucket does not exist|bucket not found/i.test(saidBy(answer).message)) return;
  throw new AssayError('targets/refused', `There is no bucket "${bucket}".`, {
    hint: 'Make it there, or correct its name.',
  });
}

function failureOf(answer: HttpAnswer, where: string, config: GcsLocation): AssayError {
  const { message, reasons } = saidBy(answer);
  const said = `${where} answered ${answer.status}${message === '' ? '' : `: ${message}`}`;
  if (answer.status === 404) throwWithoutBucket(answer, config);
  if (answer.status === 412)
    return new AssayError('targets/conflict', `${where} was changed by somebody else meanwhile.`);
  if (reasons.some((reason) => /rateLimitExceeded/i.test(reason)))
    return new AssayError('targets/unreachable', said);
  if (reasons.some((reason) => /quota|storageFull/i.test(reason)))
    return new AssayError('targets/full', said);
  if (/md5|checksum|hash/i.test(message) && answer.status === 400)
    return new AssayError('targets/damaged', said);
  if (answer.status === 401)
    return new AssayError('targets/unauthorized', said, {
      hint: 'The token has ended or was withdrawn: enter another, or the key file of a service account.',
    });
  if (answer.status === 403)
    return new AssayError('targets/unauthorized', said, {
      hint: 'Give the account the role "Storage Object Admin" of the bucket.',
    });
  return new AssayError('targets/refused', said);
}
