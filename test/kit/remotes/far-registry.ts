import { createHash, randomUUID } from 'node:crypto';
import { type FarAnswer, type FarEnd, type FarRequest, farEnd } from './far-end.ts';

export type FarRegistry = FarEnd & {
  blobs: Map<string, Buffer>;
  /** By `repository:tag` and `repository@digest`. */
  manifests: Map<string, { type: string; bytes: Buffer }>;
  uploads: Map<string, Buffer>;
  /** Where others than this one hold blobs that can be mounted: `repository@digest`. */
  mountable: Map<string, Buffer>;
};

type Options = {
  /** Answers with OCI-Subject and the referrers API. */
  hasReferrers?: boolean;
  /** Asks for a token of its own service: user and password that it takes. */
  token?: { username: string; password: string; seconds?: number };
  leastChunkBytes?: number;
};

const digestOf = (bytes: Uint8Array) => `sha256:${createHash('sha256').update(bytes).digest('hex')}`;

/** A registry as the OCI distribution specification 1.1 describes one, in this process. */
export async function farRegistry(options: Options = {}): Promise<FarRegistry> {
  const state = {
    blobs: new Map<string, Buffer>(),
    manifests: new Map<string, { type: string; bytes: Buffer }>(),
    uploads: new Map<string, Buffer>(),
    mountable: new Map<string, Buffer>(),
  };
  const tokens = new Set<string>();

  const signIn = ({ url, headers }: FarRequest, far: FarEnd): FarAnswer | null => {
    const { token } = options;
    if (token === undefined) return null;
    if (url.pathname === '/token') {
      const expected = `Basic ${Buffer.from(`${token.username}:${token.password}`).toString('base64')}`;
      if (headers.authorization !== expected) return fail(401, 'UNAUTHORIZED', 'wrong user or password');
      const given = randomUUID();
      tokens.add(given);
      return json(200, { access_token: given, expires_in: token.seconds ?? 300 });
    }
    if (tokens.has((headers.authorization ?? '').replace(/^Bearer /, ''))) return null;
    return {
      ...fail(401, 'UNAUTHORIZED', 'authentication required'),
      headers: {
        'www-authenticate': `Bearer realm="${far.origin}/token",service="far",scope="repository:x:pull"`,
      },
    };
  };

  const far = await farEnd((request, self) => {
    const signedIn = signIn(request, self);
    if (signedIn !== null) return signedIn;
    const { pathname } = request.url;
    if (pathname === '/v2/') return json(200, {});
    const [, repository = '', kind = '', rest = ''] =
      /^\/v2\/(.+?)\/(blobs\/uploads|blobs|manifests|referrers|tags)\/(.*)$/.exec(pathname) ?? [];
    if (kind === 'blobs/uploads') return upload(request, repository, rest, state, options);
    if (kind === 'blobs') return found(request, state.blobs.get(rest), rest);
    if (kind === 'manifests') return manifest(request, repository, rest, state, options);
    if (kind === 'tags') {
      const tags = [...state.manifests.keys()].filter((key) => key.startsWith(`${repository}:`));
      return json(200, { name: repository, tags: tags.map((key) => key.slice(repository.length + 1)) });
    }
    if (kind === 'referrers' && options.hasReferrers === true) return referrers(rest, repository, state);
    return fail(404, 'NAME_UNKNOWN', 'not known');
  });
  return Object.assign(far, state);
}

type State = Pick<FarRegistry, 'blobs' | 'manifests' | 'uploads' | 'mountable'>;

function upload(
  { method, url, body, headers }: FarRequest,
  repository: string,
  id: string,
  { blobs, uploads, mountable }: State,
  { leastChunkBytes }: Options,
): FarAnswer {
  const at = (uploadId: string, size: number): Record<string, string> => ({
    location: `/v2/${repository}/blobs/uploads/${uploadId}?state=1`,
    range: `0-${Math.max(0, size - 1)}`,
    ...(leastChunkBytes === undefined ? {} : { 'oci-chunk-min-length': String(leastChunkBytes) }),
  });
  if (method === 'POST') {
    const digest = url.searchParams.get('mount') ?? '';
    const mounted = mountable.get(`${url.searchParams.get('from')}@${digest}`);
    if (mounted !== undefined) {
      blobs.set(digest, mounted);
      return { status: 201 };
    }
    const begun = randomUUID();
    uploads.set(begun, Buffer.alloc(0));
    return { status: 202, headers: at(begun, 0) };
  }
  const there = uploads.get(id);
  if (there === undefined) return fail(404, 'BLOB_UPLOAD_UNKNOWN', 'no such upload');
  if (method === 'GET') return { status: 204, headers: at(id, there.byteLength) };
  if (method === 'DELETE') {
    uploads.delete(id);
    return { status: 204 };
  }
  const all = Buffer.concat([there, body]);
  if (method === 'PATCH') {
    if (headers['content-range'] !== `${there.byteLength}-${all.byteLength - 1}`)
      return { ...fail(416, 'BLOB_UPLOAD_INVALID', 'out of order'), headers: at(id, there.byteLength) };
    uploads.set(id, all);
    return { status: 202, headers: at(id, all.byteLength) };
  }
  const digest = url.searchParams.get('digest') ?? '';
  if (digestOf(all) !== digest) return fail(400, 'DIGEST_INVALID', 'digests differ');
  uploads.delete(id);
  blobs.set(digest, all);
  return { status: 201 };
}

function manifest(
  { method, body, headers }: FarRequest,
  repository: string,
  reference: string,
  { manifests, blobs }: State,
  { hasReferrers = false }: Options,
): FarAnswer {
  const key = (ref: string) => `${repository}${ref.startsWith('sha256:') ? '@' : ':'}${ref}`;
  if (method !== 'PUT') {
    const stored = manifests.get(key(reference));
    if (stored === undefined) return fail(404, 'MANIFEST_UNKNOWN', 'no such manifest');
    const headers = { 'content-type': stored.type, 'docker-content-digest': digestOf(stored.bytes) };
    return { status: 200, headers, body: method === 'HEAD' ? '' : stored.bytes };
  }
  const parsed = JSON.parse(body.toString('utf8'));
  for (const { digest } of [
    ...(parsed.layers ?? []),
    ...(parsed.config === undefined ? [] : [parsed.config]),
  ])
    if (!blobs.has(digest)) return fail(404, 'MANIFEST_BLOB_UNKNOWN', digest);
  const stored = { type: headers['content-type'] ?? '', bytes: body };
  manifests.set(key(reference), stored);
  manifests.set(key(digestOf(body)), stored);
  const subject: Record<string, string> =
    hasReferrers && parsed.subject !== undefined ? { 'oci-subject': parsed.subject.digest } : {};
  return { status: 201, headers: { 'docker-content-digest': digestOf(body), ...subject } };
}

function referrers(subject: string, repository: string, { manifests }: State): FarAnswer {
  const refer = [...manifests].filter(
    ([key, { bytes }]) =>
      key.startsWith(`${repository}@`) && JSON.parse(bytes.toString('utf8')).subject?.digest === subject,
  );
  return json(200, { manifests: refer.map(([key]) => ({ digest: key.slice(repository.length + 1) })) });
}

function found({ method }: FarRequest, bytes: Buffer | undefined, digest: string): FarAnswer {
  if (bytes === undefined) return fail(404, 'BLOB_UNKNOWN', digest);
  return { status: 200, body: method === 'HEAD' ? '' : bytes };
}

function fail(status: number, code: string, message: string): FarAnswer {
  return json(status, { errors: [{ code, message }] });
}

function json(status: number, value: unknown): FarAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}
