import { createHash } from 'node:crypto';
import { createReadStream, existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';
import { acceptedEncodings, type Encoding } from './compression.ts';
import type { HttpRequest, HttpResponse, Middleware } from './http-types.ts';
import { wantsPage } from './pages.ts';
import { allowPage } from './security-headers.ts';

type StaticFile = {
  path: string;
  sizeBytes: number;
  type: string;
  etag: string;
  isImmutable: boolean;
  /** Compressed siblings that the build left beside it: `main-abc123.js.br`. */
  encodings: ReadonlyMap<Encoding, { path: string; sizeBytes: number }>;
};

const types: Record<string, string> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
  png: 'image/png',
  ico: 'image/x-icon',
  json: 'application/json',
  map: 'application/json',
  woff2: 'font/woff2',
  wasm: 'application/wasm',
  webmanifest: 'application/manifest+json',
};

/**
 * Serves the files of a folder as they were when it was listed, under `prefix`. What is not in the list does not exist:
 * no address, however spelt, reaches a file outside. The list is made anew when the folder's `watched` file changes.
 *
 * With `fallback`, every other address that a browser opens as a page shows that file: the pages of the workbench have
 * addresses of their own.
 */
export function staticFiles(options: {
  dir: string;
  prefix: string;
  fallback?: string;
  include?: ReadonlySet<string>;
}): Middleware {
  let files = new Map<string, StaticFile>();
  let listedAt = '';
  const watched = join(options.dir, options.fallback ?? '.');
  const current = () => {
    const state = statSync(watched, { throwIfNoEntry: false });
    const stamp = state ? `${state.ino} ${state.mtimeMs} ${state.size}` : '';
    if (stamp !== listedAt) {
      files = list(options.dir, options.include);
      listedAt = stamp;
    }
    return files;
  };
  return (request, response, next) => {
    if ((request.method !== 'GET' && request.method !== 'HEAD') || !request.path.startsWith(options.prefix)) {
      return next();
    }
    const name = request.path.slice(options.prefix.length);
    const file = current().get(name);
    if (file && name !== options.fallback) return sendFile(request, response, file);
    const fallback = options.fallback === undefined ? undefined : files.get(options.fallback);
    // A missing script must be a 404, not a page: an old page would otherwise run HTML as a script.
    if (!fallback || !(name === '' || name === options.fallback || wantsPage(request))) return next();
    allowPage(response);
    return sendFile(request, response, fallback);
  };
}

function list(dir: string, include: ReadonlySet<string> | undefined): Map<string, StaticFile> {
  const files = new Map<string, StaticFile>();
  if (!existsSync(dir)) return files;
  for (const entry of readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || /\.(br|gz)$/.test(entry.name)) continue;
    const path = join(entry.parentPath, entry.name);
    const name = path.slice(dir.length).replaceAll('\\', '/').replace(/^\/+/, '');
    if (include && !include.has(name)) continue;
    files.set(name, describe(path, name));
  }
  return files;
}

function describe(path: string, name: string): StaticFile {
  const { size, mtimeMs } = statSync(path);
  const encodings = new Map<Encoding, { path: string; sizeBytes: number }>();
  for (const [encoding, ending] of [
    ['br', '.br'],
    ['gzip', '.gz'],
  ] as const) {
    const sibling = statSync(path + ending, { throwIfNoEntry: false });
    if (sibling && sibling.mtimeMs >= mtimeMs)
      encodings.set(encoding, { path: path + ending, sizeBytes: sibling.size });
  }
  // Small files by content, so that a rebuild that changes nothing keeps what browsers have.
  const identity = size < 1_000_000 ? readFileSync(path) : `${size} ${mtimeMs}`;
  return {
    path,
    sizeBytes: size,
    type: types[name.slice(name.lastIndexOf('.') + 1)] ?? 'application/octet-stream',
    etag: createHash('sha256').update(identity).digest('base64url').slice(0, 22),
    // The build puts a digest of the content into these names.
    isImmutable: /^assets\/.*-[\w-]{8,}\.\w+$/.test(name),
    encodings,
  };
}

function sendFile(request: HttpRequest, response: HttpResponse, file: StaticFile): void {
  const encoding = acceptedEncodings(request).find((name) => file.encodings.has(name));
  const chosen = (encoding && file.encodings.get(encoding)) ?? file;
  const etag = `"${file.etag}${encoding ? `-${encoding}` : ''}"`;
  response.locals.route = 'static';
  response.setHeader('Cache-Control', file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache');
  response.setHeader('ETag', etag);
  if (file.encodings.size > 0) response.setHeader('Vary', 'Accept-Encoding');
  if (request.headers['if-none-match']?.split(/\s*,\s*/).includes(etag)) {
    response.statusCode = 304;
    response.end();
    return;
  }
  if (encoding) response.setHeader('Content-Encoding', encoding);
  response.setHeader('Content-Type', file.type);
  response.setHeader('Content-Length', chosen.sizeBytes);
  if (request.method === 'HEAD') {
    response.end();
    return;
  }
  // A file that vanishes between listing and reading cuts the answer short; there is nobody else to tell.
  pipeline(createReadStream(chosen.path), response, () => undefined);
}
