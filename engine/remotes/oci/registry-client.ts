import { AssayError } from '../../errors.ts';
import type { HttpAnswer, HttpRequest, RemoteHttp } from '../../http/index.ts';
import { followRedirects } from '../../http/index.ts';
import { digestOf } from '../bundle.ts';
import { createRegistryAuth, type RegistryCredentials, refused } from './registry-auth.ts';

export const manifestType = 'application/vnd.oci.image.manifest.v1+json';
export const indexType = 'application/vnd.oci.image.index.v1+json';

/** Registries must take manifests of 4 MiB; those of models are far smaller. */
const maxManifestBytes = 4 * 1024 ** 2;
const pageOfTags = 500;
const maxPages = 200;

export type StoredManifest = { digest: string; mediaType: string; bytes: Buffer };

/** One repository of a registry, as the OCI distribution specification 1.1 speaks. */
export type RegistryClient = {
  repository: string;
  /** Signs in as needed. `url` may be relative to the registry; other hosts get no credentials. */
  request(request: HttpRequest): Promise<HttpAnswer>;
  hasBlob(digest: string): Promise<boolean>;
  /** The bytes as they came; null when it is not there. */
  blob(digest: string, sizeBytes: number): Promise<Buffer | null>;
  /** By tag or digest; null when it is not there. Errors: targets/damaged when it has another digest. */
  manifest(reference: string): Promise<StoredManifest | null>;
  /** Its digest alone; null when it is not there. */
  manifestDigest(reference: string): Promise<string | null>;
  /** Gives the answer's headers. Errors: targets/damaged. */
  putManifest(reference: string, mediaType: string, bytes: Uint8Array): Promise<HttpAnswer['headers']>;
  tags(): Promise<string[]>;
};

/** `access` is what is asked of the token service; other repositories are for mounting from. */
export function createRegistryClient(options: {
  http: RemoteHttp;
  nowMs(): number;
  origin: URL;
  repository: string;
  credentials: RegistryCredentials;
  access: 'pull' | 'pull,push';
  mountFrom?: string;
}): RegistryClient {
  const { http, nowMs, origin, repository, credentials, access, mountFrom } = options;
  const scopes = [
    `repository:${repository}:${access}`,
    ...(mountFrom === undefined ? [] : [`repository:${mountFrom}:pull`]),
  ];
  const auth = createRegistryAuth({ http, origin, credentials, scopes, nowMs });
  const base = `/v2/${repository}`;
  const accept = { accept: `${manifestType}, ${indexType}` };

  const request = async (asked: HttpRequest): Promise<HttpAnswer> => {
    const url = new URL(asked.url, origin);
    if (url.origin !== origin.origin) return http.request({ ...asked, url });
    const signed = (): HttpRequest => {
      const header = auth.header();
      return {
        ...asked,
        url,
        headers: { ...asked.headers, ...(header === null ? {} : { authorization: header }) },
        expect: [...(asked.expect ?? []), 401],
      };
    };
    const first = await http.request(signed());
    if (first.status !== 401) return first;
    await auth.answer(first);
    const second = await http.request(signed());
    if (second.status !== 401) return second;
    throw refused(origin, second);
  };

  const following = (asked: HttpRequest & { method: 'GET' | 'HEAD' }) =>
    followRedirects(request, { ...asked, url: new URL(asked.url, origin) });

  return {
    repository,
    request,
    async hasBlob(digest) {
      const answer = await following({ method: 'HEAD', url: `${base}/blobs/${digest}`, expect: [404] });
      return answer.status !== 404;
    },
    async blob(digest, sizeBytes) {
      const answer = await following({
        method: 'GET',
        url: `${base}/blobs/${digest}`,
        expect: [404],
        // Errors have a body, too.
        maxAnswerBytes: Math.max(sizeBytes, 64 * 1024),
      });
      return answer.status === 404 ? null : answer.body;
    },
    async manifest(reference) {
      const answer = await request({
        method: 'GET',
        url: `${base}/manifests/${reference}`,
        headers: accept,
        expect: [404],
        maxAnswerBytes: maxManifestBytes,
      });
      if (answer.status === 404) return null;
      const digest = digestOf(answer.body);
      const said = answer.headers['docker-content-digest'];
      const wanted = reference.startsWith('sha256:') ? reference : said;
      if (wanted?.startsWith('sha256:') && wanted !== digest) {
        throw new AssayError(
          'targets/damaged',
          `The manifest ${reference} of ${repository} came back with the digest ${digest} instead of ${wanted}.`,
        );
      }
      return { digest, mediaType: answer.headers['content-type'] ?? '', bytes: answer.body };
    },
    async manifestDigest(reference) {
      const url = `${base}/manifests/${reference}`;
      const answer = await request({ method: 'HEAD', url, headers: accept, expect: [404] });
      if (answer.status === 404) return null;
      const said = answer.headers['docker-content-digest'];
      if (said !== undefined) return said;
      const whole = await request({ method: 'GET', url, headers: accept, maxAnswerBytes: maxManifestBytes });
      return digestOf(whole.body);
    },
    async putManifest(reference, mediaType, bytes) {
      const answer = await request({
        method: 'PUT',
        url: `${base}/manifests/${reference}`,
        headers: { 'content-type': mediaType },
        body: bytes,
      });
      const said = answer.headers['docker-content-digest'];
      const digest = digestOf(bytes);
      if (said?.startsWith('sha256:') && said !== digest) {
        throw new AssayError('targets/damaged', `${origin.host} stored ${said} where ${digest} was sent.`);
      }
      return answer.headers;
    },
    async tags() {
      const tags: string[] = [];
      let url: string | null = `${base}/tags/list?n=${pageOfTags}`;
      for (let page = 0; url !== null && page < maxPages; page += 1) {
        const answer: HttpAnswer = await request({ method: 'GET', url, expect: [404] });
        if (answer.status === 404) return tags;
        tags.push(...tagsOf(answer.json()));
        url = nextOf(answer.headers.link);
      }
      return tags;
    },
  };
}

function tagsOf(answer: unknown): string[] {
  const tags: unknown =
    typeof answer === 'object' && answer !== null && 'tags' in answer ? answer.tags : null;
  return Array.isArray(tags) ? tags.filter((tag) => typeof tag === 'string') : [];
}

/** The address of the next page (RFC 8288). */
function nextOf(link: string | undefined): string | null {
  return /<([^>]+)>\s*;\s*rel="?next"?/.exec(link ?? '')?.[1] ?? null;
}
