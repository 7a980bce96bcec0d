import { createHash, createPublicKey, generateKeyPairSync, verify } from 'node:crypto';
import { type FarAnswer, type FarEnd, type FarRequest, farEnd, ranged } from './far-end.ts';

type Stored = { bytes: Buffer; generation: number; metadata: Record<string, string> | undefined };
type Upload = { about: About; condition: string | null; size: number; bytes: Buffer };
type About = { name: string; metadata: Record<string, string>; md5Hash: string };
export type FarGcs = FarEnd & {
  objects: Map<string, Stored>;
  uploads: Map<string, Upload>;
  /** How much of a part is kept at most: a store may keep less than it was sent. */
  keeps: number;
  /** Entries in a page of a list. */
  pageSize: number;
  /** The key file of a service account that it knows. */
  keyFile: string;
};

export const gcsToken = 'ya29.right';
const { privateKey, publicKey } = generateKeyPairSync('rsa', {
  modulusLength: 2048,
  privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  publicKeyEncoding: { type: 'spki', format: 'pem' },
});
const account = 'robot@project.iam.gserviceaccount.com';

/** The bucket "models" by the documented JSON API, and the token endpoint of its accounts. */
export async function farGcs(): Promise<FarGcs> {
  const objects: FarGcs['objects'] = new Map();
  const uploads: FarGcs['uploads'] = new Map();
  let writes = 0;
  const put = ({ name, metadata, md5Hash }: About, bytes: Buffer): FarAnswer => {
    if (md5Hash !== createHash('md5').update(bytes).digest('base64'))
      return fail(400, 'invalid', 'Provided MD5 hash does not match calculated MD5 hash');
    writes += 1;
    objects.set(name, { bytes, generation: 1_700_000_000_000_000 + writes, metadata });
    return json({ name, size: String(bytes.byteLength) });
  };
  const far = await farEnd((request, { origin }) => {
    const { url, method, headers, body } = request;
    if (url.pathname === '/token') return tokenFor(body.toString('utf8'), `${origin}/token`);
    const session = url.searchParams.get('upload_id');
    if (session !== null) return headers.authorization === undefined ? resume(request, session) : fail(400);
    if (headers.authorization !== `Bearer ${gcsToken}`) return fail(401, 'authError', 'Invalid Credentials');
    const [, isUpload, bucket, key = ''] =
      /^(\/upload)?\/storage\/v1\/b\/([^/]+)\/o(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (bucket !== 'models') return fail(404, 'notFound', 'The specified bucket does not exist.');
    const condition = url.searchParams.get('ifGenerationMatch');
    if (isUpload !== undefined) {
      const isResumable = url.searchParams.get('uploadType') === 'resumable';
      const parts = isResumable ? null : related(request);
      const about: About = isResumable ? JSON.parse(body.toString('utf8')) : parts?.about;
      if (!holds(condition, objects.get(about.name))) return fail(412, 'conditionNotMet');
      if (parts !== null) return put(about, parts.bytes);
      const id = `u${uploads.size + 1}`;
      const size = Number(headers['x-upload-content-length']);
      uploads.set(id, { about, condition, size, bytes: Buffer.alloc(0) });
      return {
        status: 200,
        headers: { location: `${origin}${url.pathname}?uploadType=resumable&upload_id=${id}` },
      };
    }
    if (key === '') return list(url, objects, state.pageSize);
    const name = decodeURIComponent(key);
    const there = objects.get(name);
    if (there === undefined) return fail(404, 'notFound', `No such object: models/${name}`);
    if (method === 'DELETE') return { status: objects.delete(name) ? 204 : 404 };
    if (url.searchParams.get('alt') !== 'media') {
      const { bytes, generation, metadata } = there;
      return json({ size: String(bytes.byteLength), generation: String(generation), metadata });
    }
    const wanted = url.searchParams.get('generation');
    if (wanted !== null && wanted !== String(there.generation)) return fail(404, 'notFound');
    if (!holds(condition, there)) return fail(412, 'conditionNotMet');
    return ranged(headers.range, there.bytes);
  });

  const resume = ({ headers, body }: FarRequest, id: string): FarAnswer => {
    const upload = uploads.get(id);
    if (upload === undefined) return fail(410, 'uploadIsGone');
    const [, first, size = ''] =
      /^bytes (?:(\d+)-\d+|\*)\/(\d+)$/.exec(String(headers['content-range'])) ?? [];
    if (Number(size) !== upload.size) return fail(400, 'invalid', 'wrong size');
    if (first !== undefined) {
      if (Number(first) > upload.bytes.byteLength) return fail(400, 'invalid', 'a gap');
      const isLast = Number(first) + body.byteLength === upload.size;
      if (!isLast && body.byteLength % (256 * 1024) !== 0) return fail(400, 'invalid', 'no multiple');
      const taken = body.subarray(upload.bytes.byteLength - Number(first)).subarray(0, state.keeps);
      upload.bytes = Buffer.concat([upload.bytes, taken]);
    }
    const done = upload.bytes.byteLength;
    const range: Record<string, string> = done === 0 ? {} : { range: `bytes=0-${done - 1}` };
    if (done < upload.size) return { status: 308, headers: range };
    if (!holds(upload.condition, objects.get(upload.about.name))) return fail(412, 'conditionNotMet');
    uploads.delete(id);
    return put(upload.about, upload.bytes);
  };
  const keyFile = JSON.stringify({
    type: 'service_account',
    private_key_id: 'key-1',
    private_key: privateKey,
    client_email: account,
    token_uri: `${far.origin}/token`,
  });
  const state = Object.assign(far, {
    objects,
    uploads,
    keeps: Number.POSITIVE_INFINITY,
    pageSize: 2,
    keyFile,
  });
  return state;
}

/** Checks the assertion as RFC 7523 has it. */
function tokenFor(form: string, audience: string): FarAnswer {
  const fields = new URLSearchParams(form);
  const [head = '', claims = '', signature = ''] = (fields.get('assertion') ?? '').split('.');
  const read = (part: string) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8'));
  const isSigned = verify(
    'sha256',
    Buffer.from(`${head}.${claims}`),
    createPublicKey(publicKey),
    Buffer.from(signature, 'base64url'),
  );
  const { iss, aud, iat, exp, scope } = read(claims);
  const isRight =
    fields.get('grant_type') === 'urn:ietf:params:oauth:grant-type:jwt-bearer' &&
    read(head).alg === 'RS256' &&
    read(head).kid === 'key-1' &&
    iss === account &&
    aud === audience &&
    exp - iat <= 3600 &&
    Math.abs(iat - Date.now() / 1000) < 300 &&
    scope === 'https://www.googleapis.com/auth/devstorage.read_write';
  return isSigned && isRight
    ? json({ access_token: gcsToken, expires_in: 3599, token_type: 'Bearer' })
    : { status: 400, body: '{"error":"invalid_grant","error_description":"Invalid JWT Signature."}' };
}

function related({ headers, body }: FarRequest): { about: About; bytes: Buffer } {
  const [, boundary = ''] = /^multipart\/related; boundary=(\S+)$/.exec(headers['content-type'] ?? '') ?? [];
  const text = body.toString('latin1');
  const heads = [...text.matchAll(new RegExp(`--${boundary}\r\n[^]*?\r\n\r\n`, 'g'))];
  const [first, second] = heads.map(({ index, 0: head }) => ({ from: index, to: index + head.length }));
  const end = text.lastIndexOf(`\r\n--${boundary}--`);
  return {
    about: JSON.parse(body.subarray(first?.to, (second?.from ?? 0) - 2).toString('utf8')),
    bytes: body.subarray(second?.to, end),
  };
}

function holds(condition: string | null, there: Stored | undefined): boolean {
  return condition === null || condition === String(there?.generation ?? 0);
}

function list(url: URL, objects: FarGcs['objects'], pageSize: number): FarAnswer {
  const prefix = url.searchParams.get('prefix') ?? '';
  const names = [...objects.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const slash = url.searchParams.get('delimiter') === null ? -1 : key.indexOf('/', prefix.length);
      return slash < 0 ? key : key.slice(0, slash + 1);
    });
  const entries = [...new Set(names)].sort();
  const from = Number(url.searchParams.get('pageToken') ?? 0);
  const page = entries.slice(from, from + pageSize);
  return json({
    kind: 'storage#objects',
    prefixes: page.filter((name) => name.endsWith('/')),
    items: page
      .filter((name) => !name.endsWith('/'))
      .map((name) => ({
        name,
        size: String(objects.get(name)?.bytes.byteLength ?? 0),
        generation: String(objects.get(name)?.generation ?? 0),
      })),
    ...(from + pageSize < entries.length ? { nextPageToken: String(from + pageSize) } : {}),
  });
}

function json(value: unknown): FarAnswer {
  return { status: 200, headers: { 'content-type': 'application/json' }, body: JSON.stringify(value) };
}

export function gcsFailure(status: number, reason: string, message = 'It did not work'): FarAnswer {
  return {
    status,
    body: JSON.stringify({ error: { code: status, message, errors: [{ reason, message }] } }),
  };
}
const fail = (status: number, reason = 'invalid', message?: string) => gcsFailure(status, reason, message);
