import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { HttpAnswer, HttpRequest, RemoteHttp } from '../../http/index.ts';
import { followRedirects } from '../../http/index.ts';

const Me = z.looseObject({
  name: z.string(),
  orgs: z.array(z.looseObject({ name: z.string() })).default([]),
  auth: z.looseObject({ accessToken: z.looseObject({ role: z.string() }).optional() }).optional(),
});
export type Me = z.infer<typeof Me>;
const Revision = z.looseObject({ sha: z.string(), private: z.boolean().optional() });
const TreeEntry = z.looseObject({
  type: z.string(),
  path: z.string(),
  size: z.int(),
  oid: z.string(),
  lfs: z.looseObject({ oid: z.string() }).optional(),
});
const Refs = z.looseObject({ tags: z.array(z.looseObject({ name: z.string() })).default([]) });
const Preupload = z.looseObject({
  files: z.array(z.looseObject({ path: z.string(), uploadMode: z.enum(['lfs', 'regular']) })),
});
const Commit = z.looseObject({ commitOid: z.string(), commitUrl: z.string().optional() });

/** A file as the tree of a revision lists it: by SHA-256 when it is in LFS, else by its git digest. */
export type TreeFile = { path: string; sizeBytes: number; sha256: string | null; gitOid: string };
type Sample = { path: string; size: number; sample: string };

const maxPerPreupload = 256;
const maxPages = 100;

/** One model repository of the hub, by its HTTP API. */
export type HubClient = ReturnType<typeof createHubClient>;

export function createHubClient(options: {
  http: RemoteHttp;
  endpoint: string;
  token: string | undefined;
  repo: string;
}) {
  const { http, token, repo } = options;
  const base = new URL(options.endpoint.replace(/\/*$/, '/'));
  const api = `api/models/${repo}`;

  const request = (asked: HttpRequest): Promise<HttpAnswer> => {
    const url = new URL(asked.url, base);
    const mine = url.origin === base.origin && token !== undefined;
    return http.request({
      ...asked,
      url,
      headers: { ...(mine ? { authorization: `Bearer ${token}` } : {}), ...asked.headers },
    });
  };
  const post = (url: string, value: unknown, expect: readonly number[] = []) =>
    request({
      method: 'POST',
      url,
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(value),
      expect,
    });

  return {
    repo,
    base,
    request,
    async me(): Promise<Me> {
      return parsed(Me, await request({ method: 'GET', url: 'api/whoami-v2' }));
    },
    /** Whether it was made now: false when it was there. */
    async create(owner: string, name: string, isPrivate: boolean): Promise<boolean> {
      const me = await this.me();
      const body = {
        name,
        organization: me.name === owner ? null : owner,
        type: 'model',
        visibility: isPrivate ? 'private' : 'public',
      };
      const answer = await post('api/repos/create', body, [409]);
      return answer.status !== 409;
    },
    /** A branch, tag or commit; null when it, or the repository, is not there. */
    async revision(name: string): Promise<z.infer<typeof Revision> | null> {
      const url = `${api}/revision/${encodeURIComponent(name)}`;
      const answer = await request({ method: 'GET', url, expect: [404] });
      return answer.status === 404 ? null : parsed(Revision, answer);
    },
    async tree(revision: string): Promise<TreeFile[]> {
      const files: TreeFile[] = [];
      let url: string | null = `${api}/tree/${encodeURIComponent(revision)}?recursive=true`;
      for (let page = 0; url !== null && page < maxPages; page += 1) {
        const answer: HttpAnswer = await request({ method: 'GET', url, expect: [404] });
        if (answer.status === 404) return files;
        for (const { type, path, size, oid, lfs } of parsed(z.array(TreeEntry), answer))
          if (type === 'file') files.push({ path, sizeBytes: size, sha256: lfs?.oid ?? null, gitOid: oid });
        url = /<([^>]+)>\s*;\s*rel="?next"?/.exec(answer.headers.link ?? '')?.[1] ?? null;
      }
      return files;
    },
    async tags(): Promise<string[]> {
      const answer = await request({ method: 'GET', url: `${api}/refs`, expect: [404] });
      return answer.status === 404 ? [] : parsed(Refs, answer).tags.map(({ name }) => name);
    },
    /** Null when it is not there. */
    async file(revision: string, path: string, maxBytes: number): Promise<Buffer | null> {
      const encoded = path.split('/').map(encodeURIComponent).join('/');
      const answer = await followRedirects(request, {
        method: 'GET',
        url: new URL(`${repo}/resolve/${encodeURIComponent(revision)}/${encoded}`, base),
        expect: [404],
        // Errors have a body, too.
        maxAnswerBytes: Math.max(maxBytes, 64 * 1024),
      });
      return answer.status === 404 ? null : answer.body;
    },
    /** Paths that go by LFS, as the hub decides it. */
    async largeOnes(branch: string, files: readonly Sample[]): Promise<Set<string>> {
      const large = new Set<string>();
      for (let at = 0; at < files.length; at += maxPerPreupload) {
        const some = files.slice(at, at + maxPerPreupload);
        const answer = await post(`${api}/preupload/${encodeURIComponent(branch)}`, { files: some });
        for (const { path, uploadMode } of parsed(Preupload, answer).files)
          if (uploadMode === 'lfs') large.add(path);
      }
      return large;
    },
    /** One commit; null when the branch is not at `parent` any more. */
    async commit(branch: string, lines: readonly unknown[]): Promise<z.infer<typeof Commit> | null> {
      const answer = await request({
        method: 'POST',
        url: `${api}/commit/${encodeURIComponent(branch)}`,
        headers: { 'content-type': 'application/x-ndjson' },
        body: lines.map((line) => `${JSON.stringify(line)}\n`).join(''),
        file: true,
        expect: [412],
      });
      return answer.status === 412 ? null : parsed(Commit, answer);
    },
    async tag(commit: string, tag: string, message: string): Promise<void> {
      const answer = await post(`${api}/tag/${encodeURIComponent(commit)}`, { tag, message }, [409]);
      if (answer.status !== 409) return;
      if ((await this.revision(tag))?.sha === commit) return;
      throw new AssayError(
        'targets/conflict',
        `The tag ${tag} of ${repo} was made by somebody else meanwhile.`,
      );
    },
    async untag(tag: string): Promise<void> {
      await request({ method: 'DELETE', url: `${api}/tag/${encodeURIComponent(tag)}`, expect: [404] });
    },
  };
}

function parsed<T>(schema: z.ZodType<T>, answer: HttpAnswer): T {
  const result = schema.safeParse(answer.json());
  if (result.success) return result.data;
  throw new AssayError('targets/refused', 'The hub answers otherwise than its documentation says.', {
    problems: result.error.issues.map(({ path, message }) => ({ path: path.join('.'), message })),
  });
}
