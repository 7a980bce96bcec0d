import { createHash } from 'node:crypto';
import { type FarAnswer, type FarEnd, type FarRequest, farEnd, ranged } from './far-end.ts';

type Stored = { bytes: Buffer; etag: string; sha256: string | undefined };
export type FarAzure = FarEnd & {
  blobs: Map<string, Stored>;
  /** Blocks that no blob is made of yet, by key and id. */
  blocks: Map<string, Map<string, Buffer>>;
  /** Entries in a page of a list. */
  pageSize: number;
};

/** The container "models" of the account "team"; it wants credentials of either form and reads none. */
export async function farAzure(): Promise<FarAzure> {
  const blobs: FarAzure['blobs'] = new Map();
  const blocks: FarAzure['blocks'] = new Map();
  let writes = 0;
  const put = (key: string, bytes: Buffer, sha256: unknown) => {
    writes += 1;
    blobs.set(key, { bytes, etag: `"0x${writes}"`, sha256: typeof sha256 === 'string' ? sha256 : undefined });
    blocks.delete(key);
    return { status: 201 };
  };
  const far = await farEnd((request) => {
    const { url, method, headers, body } = request;
    const isKnown = headers.authorization?.startsWith('SharedKey team:') === true;
    if (!isKnown && !url.searchParams.has('sig')) return fail(403, 'AuthenticationFailed');
    if (headers['x-ms-version'] === undefined || headers['x-ms-date'] === undefined)
      return fail(400, 'MissingRequiredHeader');
    const [, container, ...rest] = url.pathname.split('/');
    if (container !== 'models') return fail(404, 'ContainerNotFound');
    const key = decodeURIComponent(rest.join('/'));
    if (key === '') return list(url, blobs, state.pageSize);
    const md5 = createHash('md5').update(body).digest('base64');
    if (headers['content-md5'] !== undefined && headers['content-md5'] !== md5)
      return fail(400, 'Md5Mismatch');
    const comp = url.searchParams.get('comp');
    if (comp === 'block') {
      const begun = blocks.get(key) ?? new Map<string, Buffer>();
      blocks.set(key, begun.set(url.searchParams.get('blockid') ?? '', body));
      return { status: 201 };
    }
    const there = blobs.get(key);
    if (method === 'PUT') {
      const wrong = broken(request, there);
      if (wrong !== null) return wrong;
      if (comp !== 'blocklist')
        return headers['x-ms-blob-type'] === 'BlockBlob'
          ? put(key, body, headers['x-ms-meta-sha256'])
          : fail(400, 'MissingRequiredHeader');
      const ids = [...body.toString('utf8').matchAll(/<Latest>([^<]*)<\/Latest>/g)].map(([, id = '']) => id);
      const parts = ids.map((id) => blocks.get(key)?.get(id));
      const known = parts.filter((part) => part !== undefined);
      if (known.length !== parts.length) return fail(400, 'InvalidBlockList');
      return put(key, Buffer.concat(known), headers['x-ms-meta-sha256']);
    }
    if (there === undefined) return fail(404, 'BlobNotFound', method);
    if (method === 'DELETE') {
      blobs.delete(key);
      return { status: 202 };
    }
    const answer: Record<string, string> = {
      etag: there.etag,
      'content-length': String(there.bytes.byteLength),
      ...(there.sha256 === undefined ? {} : { 'x-ms-meta-sha256': there.sha256 }),
    };
    if (method === 'HEAD') return { status: 200, headers: answer, body: '' };
    const wrong = broken(request, there);
    if (wrong !== null) return wrong;
    return ranged(headers['x-ms-range'], there.bytes, answer);
  });
  const state = Object.assign(far, { blobs, blocks, pageSize: 2 });
  return state;
}

function broken({ headers }: FarRequest, there: Stored | undefined): FarAnswer | null {
  if (headers['if-none-match'] === '*' && there !== undefined) return fail(409, 'BlobAlreadyExists');
  const wanted = headers['if-match'];
  return wanted !== undefined && wanted !== there?.etag ? fail(412, 'ConditionNotMet') : null;
}

function list(url: URL, blobs: FarAzure['blobs'], pageSize: number): FarAnswer {
  const prefix = url.searchParams.get('prefix') ?? '';
  const names = [...blobs.keys()]
    .filter((key) => key.startsWith(prefix))
    .map((key) => {
      const slash = url.searchParams.get('delimiter') === null ? -1 : key.indexOf('/', prefix.length);
      return slash < 0 ? key : key.slice(0, slash + 1);
    });
  const entries = [...new Set(names)].sort();
  const from = Number(url.searchParams.get('marker') ?? 0);
  const text = (value: string) => value.replace(/&/g, '&amp;');
  const page = entries.slice(from, from + pageSize).map((name) => {
    const blob = blobs.get(name);
    if (blob === undefined) return `<BlobPrefix><Name>${text(name)}</Name></BlobPrefix>`;
    const etag = blob.etag.replaceAll('"', '');
    return `<Blob><Name>${text(name)}</Name><Properties><Etag>${etag}</Etag><Content-Length>${blob.bytes.byteLength}</Content-Length></Properties></Blob>`;
  });
  const next = from + pageSize < entries.length ? String(from + pageSize) : '';
  return {
    status: 200,
    body: `<EnumerationResults><Blobs>${page.join('')}</Blobs><NextMarker>${next}</NextMarker></EnumerationResults>`,
  };
}

/** Answers to HEAD have no body: their code is in a header alone. */
function fail(status: number, code: string, method = ''): FarAnswer {
  const body = `<?xml version="1.0"?><Error><Code>${code}</Code><Message>It did not work\nTime:now</Message></Error>`;
  return { status, headers: { 'x-ms-error-code': code }, body: method === 'HEAD' ? '' : body };
}
