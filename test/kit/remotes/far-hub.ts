import { createHash } from 'node:crypto';
import { type FarAnswer, type FarEnd, type FarRequest, farEnd } from './far-end.ts';

type FarFile = { bytes: Buffer; isLarge: boolean };
type FarRepo = {
  isPrivate: boolean;
  /** Files of each commit; the last one is the branch. */
  commits: { sha: string; files: Map<string, FarFile> }[];
  tags: Map<string, string>;
};
export type FarHub = FarEnd & {
  repos: Map<string, FarRepo>;
  /** The LFS store, by SHA-256. */
  lfs: Map<string, Buffer>;
  /** Requests to the storage service of another host. */
  storage: FarEnd;
};
type Options = { token: string; chunkBytes?: number; makesPublic?: boolean };

const sha = (algorithm: string, bytes: Uint8Array | string) =>
  createHash(algorithm).update(bytes).digest('hex');
const json = (status: number, value: unknown): FarAnswer => ({
  status,
  headers: { 'content-type': 'application/json' },
  body: JSON.stringify(value),
});
const missing = json(404, { error: 'Not found' });

/** The hub's HTTP API as its client uses it; models go to LFS, texts do not. */
export async function farHub(options: Options): Promise<FarHub> {
  const repos = new Map<string, FarRepo>();
  const lfs = new Map<string, Buffer>();
  const parts = new Map<string, Buffer[]>();
  const storage = await farEnd(({ method, url, body }) => {
    const [, oid = '', part] = url.pathname.split('/');
    if (method === 'GET') return { status: 200, body: lfs.get(oid) ?? '' };
    if (method === 'POST') {
      lfs.set(oid, Buffer.concat(parts.get(oid) ?? []));
      return json(200, {});
    }
    if (part === undefined) lfs.set(oid, body);
    else parts.set(oid, [...(parts.get(oid) ?? []), body]);
    return { status: 200, headers: { etag: `"${part ?? 'whole'}"` } };
  });
  const far = await farEnd((request, self) => {
    if (request.headers.authorization !== `Bearer ${options.token}`)
      return json(401, { error: 'Invalid username or password.' });
    const { pathname } = request.url;
    if (pathname === '/api/whoami-v2')
      return json(200, { name: 'ada', orgs: [{ name: 'team' }], auth: { accessToken: { role: 'write' } } });
    if (pathname === '/api/repos/create') return create(request, repos, options);
    if (pathname.endsWith('/info/lfs/objects/batch')) return batch(request, lfs, storage, options);
    const resolved = /^\/([^/]+\/[^/]+)\/resolve\/([^/]+)\/(.+)$/.exec(pathname);
    if (resolved !== null) {
      const [, name = '', revision = '', path = ''] = resolved;
      const file = commitOf(repos.get(name), revision)?.files.get(decodeURIComponent(path));
      if (file === undefined) return missing;
      return file.isLarge
        ? { status: 302, headers: { location: `${storage.origin}/${sha('sha256', file.bytes)}` } }
        : { status: 200, body: file.bytes };
    }
    const [, name = '', what = '', rest = ''] =
      /^\/api\/models\/([^/]+\/[^/]+)\/(\w+)\/?(.*)$/.exec(pathname) ?? [];
    const repo = repos.get(name);
    return repo === undefined ? missing : inRepo(request, repo, what, decodeURIComponent(rest), lfs, self);
  });
  return Object.assign(far, { repos, lfs, storage });
}

function create({ body }: FarRequest, repos: FarHub['repos'], { makesPublic = false }: Options): FarAnswer {
  const { name, organization, visibility } = JSON.parse(body.toString('utf8'));
  const full = `${organization ?? 'ada'}/${name}`;
  if (repos.has(full)) return json(409, { error: 'You already created this model repo' });
  const files = new Map([['.gitattributes', { bytes: Buffer.from('*.onnx filter=lfs'), isLarge: false }]]);
  const isPrivate = visibility === 'private' && !makesPublic;
  repos.set(full, { isPrivate, commits: [{ sha: sha('sha1', full), files }], tags: new Map() });
  return json(200, { url: `https://hub.example/${full}` });
}

function commitOf(repo: FarRepo | undefined, revision: string) {
  if (revision === 'main') return repo?.commits.at(-1);
  const wanted = repo?.tags.get(revision) ?? revision;
  return repo?.commits.find(({ sha }) => sha === wanted);
}

function inRepo(
  request: FarRequest,
  repo: FarRepo,
  what: string,
  rest: string,
  lfs: FarHub['lfs'],
  far: FarEnd,
): FarAnswer {
  const { method, body, headers } = request;
  if (what === 'refs')
    return json(200, { branches: [], tags: [...repo.tags.keys()].map((name) => ({ name })) });
  if (what === 'preupload') {
    const { files } = JSON.parse(body.toString('utf8'));
    const modeOf = (path: string, size: number) =>
      size > 0 && /\.(onnx|bin)$/.test(path) ? 'lfs' : 'regular';
    return json(200, {
      files: files.map(({ path, size }: { path: string; size: number }) => ({
        path,
        uploadMode: modeOf(path, size),
      })),
    });
  }
  if (what === 'tag' && method === 'DELETE') return { status: repo.tags.delete(rest) ? 200 : 404 };
  if (what === 'commit') {
    if (headers['content-type'] !== 'application/x-ndjson') return json(400, { error: 'not NDJSON' });
    return commit(body.toString('utf8'), repo, lfs);
  }
  const found = commitOf(repo, rest);
  if (found === undefined) return missing;
  if (what === 'tag') {
    const { tag } = JSON.parse(body.toString('utf8'));
    if (repo.tags.has(tag)) return json(409, { error: 'Tag exists' });
    repo.tags.set(tag, found.sha);
    return json(200, {});
  }
  if (what === 'revision') return json(200, { sha: found.sha, private: repo.isPrivate });
  const all = [...found.files].map(([path, { bytes, isLarge }]) => ({
    type: 'file',
    path,
    size: bytes.byteLength,
    oid: sha('sha1', Buffer.concat([Buffer.from(`blob ${bytes.byteLength}\0`), bytes])),
    ...(isLarge ? { lfs: { oid: sha('sha256', bytes), size: bytes.byteLength } } : {}),
  }));
  // In two pages.
  const isSecond = request.url.searchParams.has('cursor');
  const link: Record<string, string> = isSecond
    ? {}
    : { link: `<${far.origin}${request.url.pathname}?recursive=true&cursor=2>; rel="next"` };
  return { ...json(200, isSecond ? all.slice(5) : all.slice(0, 5)), headers: link };
}

function commit(text: string, repo: FarRepo, lfs: FarHub['lfs']): FarAnswer {
  const [header, ...operations] = text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  const last = repo.commits.at(-1);
  if (header.key !== 'header' || typeof header.value.summary !== 'string')
    return json(400, { error: 'no header' });
  if (header.value.parentCommit !== last?.sha) return json(412, { error: 'The branch has moved' });
  const files = new Map(last?.files);
  for (const { key, value } of operations) {
    if (key === 'file')
      files.set(value.path, { bytes: Buffer.from(value.content, 'base64'), isLarge: false });
    const stored = key === 'lfsFile' ? lfs.get(value.oid) : undefined;
    if (key === 'lfsFile' && (stored === undefined || value.algo !== 'sha256'))
      return json(400, { error: `LFS pointer to nothing: ${value.path}` });
    if (stored !== undefined) files.set(value.path, { bytes: stored, isLarge: true });
  }
  const made = sha('sha1', `${text}${repo.commits.length}`);
  repo.commits.push({ sha: made, files });
  return json(200, { commitOid: made, commitUrl: `https://hub.example/commit/${made}` });
}

function batch(
  { body }: FarRequest,
  lfs: FarHub['lfs'],
  storage: FarEnd,
  { chunkBytes }: Options,
): FarAnswer {
  const { operation, objects, hash_algo: algorithm } = JSON.parse(body.toString('utf8'));
  if (operation !== 'upload' || algorithm !== 'sha256') return json(422, { error: 'not understood' });
  return json(200, {
    transfer: chunkBytes === undefined ? 'basic' : 'multipart',
    objects: objects.map(({ oid, size }: { oid: string; size: number }) => {
      if (lfs.has(oid)) return { oid, size };
      const href = `${storage.origin}/${oid}`;
      if (chunkBytes === undefined) return { oid, size, actions: { upload: { href, header: {} } } };
      const count = Math.ceil(size / chunkBytes);
      const addresses = Array.from({ length: count }, (_, n) => [String(n + 1), `${href}/${n + 1}`]);
      const header = { chunk_size: String(chunkBytes), ...Object.fromEntries(addresses) };
      return { oid, size, actions: { upload: { href, header } } };
    }),
  });
}
