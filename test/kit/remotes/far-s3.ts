import { createHash } from 'node:crypto';
import { type FarAnswer, type FarEnd, type FarRequest, farEnd, ranged } from './far-end.ts';

type Stored = { bytes: Buffer; etag: string; sha256: string | undefined };
export type FarS3 = FarEnd & { objects: Map<string, Stored>; uploads: Map<string, Upload> };
type Upload = { key: string; sha256: string | undefined; parts: Map<number, Buffer> };

/** Keys in a page of a list, as S3 has them. */
const PAGE = 1000;

/** One bucket that speaks S3 in path style, with conditions; it believes every signature but reads none. */
export async function farS3(): Promise<FarS3> {
  const objects = new Map<string, Stored>();
  const uploads = new Map<string, Upload>();
  const far = await farEnd((request) => {
    const { url, method, headers, body } = request;
    const payload = createHash('sha256').update(body).digest('hex');
    if (headers['x-amz-content-sha256'] !== payload) return fail(400, 'XAmzContentSHA256Mismatch');
    const [, bucket, ...rest] = url.pathname.split('/');
    if (bucket !== 'models') return fail(404, 'NoSuchBucket');
    const key = decodeURIComponent(rest.join('/'));
    if (key === '') return list(url, objects);
    if (url.searchParams.has('uploads') || url.searchParams.has('uploadId'))
      return multipart(request, key, objects, uploads);
    const there = objects.get(key);
    if (method === 'PUT') {
      if (!holds(request, there)) return fail(412, 'PreconditionFailed');
      const sha256 = headers['x-amz-meta-sha256'];
      objects.set(key, stored(body, typeof sha256 === 'string' ? sha256 : undefined));
      return { status: 200 };
    }
    if (method === 'DELETE') {
      objects.delete(key);
      return { status: 204 };
    }
    if (there === undefined) return method === 'HEAD' ? { status: 404 } : fail(404, 'NoSuchKey');
    const answer: Record<string, string> = {
      etag: there.etag,
      'content-length': String(there.bytes.byteLength),
      ...(there.sha256 === undefined ? {} : { 'x-amz-meta-sha256': there.sha256 }),
    };
    if (!holds(request, there)) return fail(412, 'PreconditionFailed');
    if (method === 'GET') return ranged(headers.range, there.bytes, answer);
    return { status: 200, headers: answer, body: '' };
  });
  return Object.assign(far, { objects, uploads });
}

function multipart(
  request: FarRequest,
  key: string,
  objects: FarS3['objects'],
  uploads: FarS3['uploads'],
): FarAnswer {
  const { method, url, body, headers } = request;
  if (url.searchParams.has('uploads')) {
    const uploadId = `u${uploads.size + 1}&`;
    const sha256 = headers['x-amz-meta-sha256'];
    uploads.set(uploadId, { key, sha256: typeof sha256 === 'string' ? sha256 : undefined, parts: new Map() });
    return { status: 200, body: `<Result><UploadId>${uploadId.replace('&', '&amp;')}</UploadId></Result>` };
  }
  const uploadId = url.searchParams.get('uploadId') ?? '';
  const upload = uploads.get(uploadId);
  if (upload === undefined) return fail(404, 'NoSuchUpload');
  if (method === 'PUT') {
    upload.parts.set(Number(url.searchParams.get('partNumber')), body);
    return { status: 200, headers: { etag: etagOf(body) } };
  }
  if (!holds(request, objects.get(key))) return fail(412, 'PreconditionFailed');
  const numbers = [...body.toString('utf8').matchAll(/<PartNumber>(\d+)</g)].map(([, n]) => Number(n));
  const parts = numbers.map((n) => upload.parts.get(n) ?? Buffer.alloc(0));
  objects.set(key, stored(Buffer.concat(parts), upload.sha256));
  uploads.delete(uploadId);
  return { status: 200, body: '<Result/>' };
}

function holds({ headers }: FarRequest, there: Stored | undefined): boolean {
  if (headers['if-none-match'] === '*') return there === undefined;
  return headers['if-match'] === undefined || headers['if-match'] === there?.etag;
}

function list(url: URL, objects: FarS3['objects']): FarAnswer {
  const prefix = url.searchParams.get('prefix') ?? '';
  const below = [...objects.keys()].filter((key) => key.startsWith(prefix)).sort();
  const isFlat = !url.searchParams.has('delimiter');
  const folders = new Set<string>();
  const keys: string[] = [];
  for (const key of below) {
    const slash = isFlat ? -1 : key.indexOf('/', prefix.length);
    if (slash < 0) keys.push(key);
    else folders.add(key.slice(0, slash + 1));
  }
  const text = (value: string) => value.replace(/&/g, '&amp;').replace(/"/g, '&quot;');
  const from = Number(url.searchParams.get('continuation-token') ?? 0);
  const page = keys.slice(from, from + PAGE);
  const next =
    from + PAGE < keys.length ? `<NextContinuationToken>${from + PAGE}</NextContinuationToken>` : '';
  return {
    status: 200,
    body: `<ListBucketResult>${[...folders].map((folder) => `<CommonPrefixes><Prefix>${text(folder)}</Prefix></CommonPrefixes>`).join('')}${page
      .map(
        (key) =>
          `<Contents><Key>${text(key)}</Key><ETag>${text(objects.get(key)?.etag ?? '')}</ETag><Size>${objects.get(key)?.bytes.byteLength ?? 0}</Size></Contents>`,
      )
      .join('')}${next}</ListBucketResult>`,
  };
}

function stored(bytes: Buffer, sha256: string | undefined): Stored {
  return { bytes, etag: etagOf(bytes), sha256 };
}

function etagOf(bytes: Buffer): string {
  return `"${createHash('md5').update(bytes).digest('hex')}"`;
}

function fail(status: number, code: string): FarAnswer {
  return {
    status,
    body: `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It did not work</Message></Error>`,
  };
}
