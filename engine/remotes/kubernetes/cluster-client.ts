import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { Agent, request as requestHttps } from 'node:https';
import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import { answerFailure, wayFailure } from '../../http/index.ts';
import type { ClusterAccess } from './kubeconfig.ts';

/** Who the fields that we set belong to. */
export const fieldManager = 'assay';
const idleMs = 30_000;
const maxAnswerBytes = 32 * 1024 ** 2;

const Metadata = z.looseObject({ name: z.string(), namespace: z.string().optional() });
const ClusterObject = z.looseObject({ apiVersion: z.string(), kind: z.string(), metadata: Metadata });
/** An object as the cluster has it. */
export type ClusterObject = z.infer<typeof ClusterObject>;
/** Items of a list have neither apiVersion nor kind. */
const List = z.looseObject({
  metadata: z.looseObject({ resourceVersion: z.string().optional() }),
  items: z.array(z.looseObject({ metadata: Metadata })),
});
const Status = z.looseObject({
  message: z.string().default(''),
  reason: z.string().default(''),
  details: z
    .looseObject({
      causes: z.array(z.looseObject({ message: z.string(), field: z.string().default('') })).optional(),
    })
    .optional(),
});
const Resources = z.looseObject({
  resources: z.array(z.looseObject({ name: z.string(), kind: z.string(), namespaced: z.boolean() })),
});
const WatchEvent = z.looseObject({ type: z.string(), object: z.looseObject({}) });

export type ListItem = z.infer<typeof List>['items'][number];

export type ClusterClient = {
  version(): Promise<string>;
  /** Whether a right is there, as the cluster says itself. */
  mayI(what: { verb: string; group: string; resource: string; namespace: string }): Promise<boolean>;
  /** null: it is not there, or the cluster does not know its kind. */
  get(object: ClusterObject): Promise<ClusterObject | null>;
  list(
    apiVersion: string,
    kind: string,
    namespace: string,
    query?: Record<string, string>,
  ): Promise<ListItem[]>;
  /**
   * Server-side apply. With `dryRun` nothing changes, and what would be there is given.
   * Errors: targets/conflict when others own fields and `force` is not set; targets/unsupported for a kind not known there.
   */
  apply(object: ClusterObject, how: { dryRun: boolean; force: boolean }): Promise<ClusterObject>;
  /** One that is not there is fine. */
  delete(object: ClusterObject): Promise<void>;
  /**
   * An answer of what runs behind a service, asked through the API of the cluster; null when it cannot be asked that way: a
   * network policy or a missing right keeps it out.
   */
  ask(
    service: { namespace: string; name: string; port: string },
    path: string,
    body: unknown,
  ): Promise<unknown>;
  /** Calls with the object each time it changes, until that answers true or `signal` ends it. */
  watch(object: ClusterObject, seen: (object: ClusterObject) => boolean, signal: AbortSignal): Promise<void>;
};

/**
 * The API of a cluster over HTTP. Requests that change nothing are tried twice when the connection fails.
 * Errors: targets/unreachable, targets/unauthorized, targets/refused.
 */
export function clusterClient(access: ClusterAccess, signal: AbortSignal): ClusterClient {
  const agent = new Agent({ keepAlive: true, ...access.tls });
  const resources = new Map<string, Promise<Map<string, string>>>();

  const open = (options: Sent): Promise<IncomingMessage> => send(access, agent, options);

  const call = async (options: Omit<Sent, 'signal'>): Promise<{ status: number; body: unknown }> => {
    const once = async () => {
      const response = await open({ ...options, signal });
      return { status: response.statusCode ?? 0, body: await jsonOf(response) };
    };
    try {
      return await once();
    } catch (thrown) {
      const mayRepeat = options.method === 'GET' && !signal.aborted;
      if (!mayRepeat || !(thrown instanceof AssayError) || thrown.code !== 'targets/unreachable')
        throw thrown;
      return once();
    }
  };

  const answered = async (options: Omit<Sent, 'signal'>, passing: number[] = []) => {
    const { status, body } = await call(options);
    if ((status >= 200 && status < 300) || passing.includes(status)) return { status, body };
    throw failureOf(status, body, `${options.method} ${options.path.split('?')[0]}`);
  };

  /** Names in paths by kind, of one group and version. */
  const resourcesOf = (apiVersion: string): Promise<Map<string, string>> => {
    const known = resources.get(apiVersion);
    if (known !== undefined) return known;
    const asked = answered({ method: 'GET', path: rootOf(apiVersion) }, [404]).then(({ status, body }) => {
      if (status === 404) return new Map<string, string>();
      const { resources: listed } = Resources.parse(body);
      return new Map(listed.filter(({ name }) => !name.includes('/')).map(({ kind, name }) => [kind, name]));
    });
    resources.set(apiVersion, asked);
    return asked;
  };

  const pathOf = async ({ apiVersion, kind, metadata }: ClusterObject): Promise<string | null> => {
    const resource = (await resourcesOf(apiVersion)).get(kind);
    if (resource === undefined) return null;
    return `${collection(apiVersion, metadata.namespace ?? '', resource)}/${encodeURIComponent(metadata.name)}`;
  };

  return {
    async version() {
      const { body } = await answered({ method: 'GET', path: '/version' });
      return z.looseObject({ gitVersion: z.string() }).parse(body).gitVersion;
    },
    async mayI({ verb, group, resource, namespace }) {
      const { body } = await answered({
        method: 'POST',
        path: '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews',
        body: {
          apiVersion: 'authorization.k8s.io/v1',
          kind: 'SelfSubjectAccessReview',
          spec: { resourceAttributes: { verb, group, resource, namespace } },
        },
      });
      return z.looseObject({ status: z.looseObject({ allowed: z.boolean() }) }).parse(body).status.allowed;
    },
    async get(object) {
      const path = await pathOf(object);
      if (path === null) return null;
      const { status, body } = await answered({ method: 'GET', path }, [404]);
      return status === 404 ? null : ClusterObject.parse(body);
    },
    async list(apiVersion, kind, namespace, query = {}) {
      const resource = (await resourcesOf(apiVersion)).get(kind);
      if (resource === undefined) return [];
      const asked = new URLSearchParams(query).toString();
      const path = `${collection(apiVersion, namespace, resource)}${asked === '' ? '' : `?${asked}`}`;
      return List.parse((await answered({ method: 'GET', path })).body).items;
    },
    async apply(object, { dryRun, force }) {
      const path = await pathOf(object);
      if (path === null)
        throw new AssayError(
          'targets/unsupported',
          `The cluster does not know ${object.kind} of ${object.apiVersion}.`,
          { hint: 'Install what it belongs to, or leave that part out of the deployment document.' },
        );
      const query = new URLSearchParams({
        fieldManager,
        fieldValidation: 'Strict',
        ...(force ? { force: 'true' } : {}),
        ...(dryRun ? { dryRun: 'All' } : {}),
      });
      const { body } = await answered({
        method: 'PATCH',
        path: `${path}?${query}`,
        body: object,
        contentType: 'application/apply-patch+yaml',
      });
      return ClusterObject.parse(body);
    },
    async delete(object) {
      const path = await pathOf(object);
      if (path === null) return;
      await answered(
        {
          method: 'DELETE',
          path,
          body: { apiVersion: 'v1', kind: 'DeleteOptions', propagationPolicy: 'Background' },
        },
        [404],
      );
    },
    async ask({ namespace, name, port }, path, body) {
      const service = `${encodeURIComponent(name)}:${encodeURIComponent(port)}`;
      const { status, body: answer } = await call({
        method: 'POST',
        path: `${collection('v1', namespace, 'services')}/${service}/proxy${path}`,
        body,
      });
      return status === 200 ? answer : null;
    },
    async watch(object, seen, ending) {
      const { apiVersion, kind, metadata } = object;
      const resource = (await resourcesOf(apiVersion)).get(kind) ?? '';
      const path = collection(apiVersion, metadata.namespace ?? '', resource);
      const fieldSelector = `metadata.name=${metadata.name}`;
      while (!ending.aborted) {
        const list = List.parse(
          (await answered({ method: 'GET', path: `${path}?${new URLSearchParams({ fieldSelector })}` })).body,
        );
        const [there] = list.items;
        if (there !== undefined && seen({ ...there, apiVersion, kind })) return;
        const query = new URLSearchParams({
          watch: 'true',
          fieldSelector,
          timeoutSeconds: '60',
          allowWatchBookmarks: 'true',
          ...(list.metadata.resourceVersion === undefined
            ? {}
            : { resourceVersion: list.metadata.resourceVersion }),
        });
        const response = await open({
          method: 'GET',
          path: `${path}?${query}`,
          signal: ending,
          idleMs: 90_000,
        });
        for await (const event of eventsOf(response)) {
          // The moment that was asked from is too long ago, or the server wants us to begin anew.
          if (event.type === 'ERROR') break;
          const parsed = ClusterObject.safeParse({ apiVersion, kind, ...event.object });
          if (event.type !== 'BOOKMARK' && parsed.success && seen(parsed.data)) {
            response.destroy();
            return;
          }
        }
      }
      ending.throwIfAborted();
    },
  };
}

function rootOf(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}

function collection(apiVersion: string, namespace: string, resource: string): string {
  const within = namespace === '' ? '' : `/namespaces/${encodeURIComponent(namespace)}`;
  return `${rootOf(apiVersion)}${within}/${resource}`;
}

type Sent = {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  body?: unknown;
  contentType?: string;
  signal: AbortSignal;
  idleMs?: number;
};

function send(access: ClusterAccess, agent: Agent, options: Sent): Promise<IncomingMessage> {
  const url = new URL(`${access.server}${options.path}`);
  const body = options.body === undefined ? null : Buffer.from(JSON.stringify(options.body), 'utf8');
  const headers = {
    accept: 'application/json',
    'user-agent': 'assay',
    ...(access.authorization === null ? {} : { authorization: access.authorization }),
    ...(body === null
      ? {}
      : { 'content-type': options.contentType ?? 'application/json', 'content-length': body.byteLength }),
  };
  return new Promise((resolve, reject) => {
    const { method, signal } = options;
    const isSecure = url.protocol === 'https:';
    const sent: ClientRequest = isSecure
      ? requestHttps(url, { method, headers, signal, agent }, resolve)
      : requestHttp(url, { method, headers, signal }, resolve);
    sent.setTimeout(options.idleMs ?? idleMs, () =>
      sent.destroy(Object.assign(new Error('no answer in time'), { code: 'ETIMEDOUT' })),
    );
    sent.on('error', (thrown) => reject(signal.aborted ? signal.reason : wayError(thrown, url.host)));
    sent.end(body ?? undefined);
  });
}

function wayError(thrown: unknown, host: string): AssayError {
  const { message, fix, passing } = wayFailure(thrown, host);
  return new AssayError(passing ? 'targets/unreachable' : 'targets/refused', message, {
    hint: fix,
    cause: thrown,
  });
}

async function jsonOf(response: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of response as AsyncIterable<Buffer>) {
    size += part.byteLength;
    if (size > maxAnswerBytes) {
      response.destroy();
      throw new AssayError('targets/refused', `An answer is longer than ${maxAnswerBytes} bytes.`);
    }
    parts.push(part);
  }
  const text = Buffer.concat(parts).toString('utf8');
  try {
    return JSON.parse(text);
  } catch {
    return { message: text.slice(0, 300) };
  }
}

/** The faults that the cluster names, each in a line of its own. */
function failureOf(status: number, body: unknown, where: string): AssayError {
  const parsed = Status.safeParse(body);
  const message = parsed.data?.message ?? '';
  const causes = parsed.data?.details?.causes ?? [];
  const problems = causes.map((cause) => ({ path: cause.field, message: cause.message }));
  if (status === 409)
    return new AssayError('targets/conflict', `${where}: ${message}`, {
      problems,
      hint: 'Others set these fields. Turn on "Take over fields" in the settings of the target, or leave them to others.',
    });
  const failure = answerFailure(status, message, where);
  return new AssayError(failure.code, failure.message, { hint: failure.hint, problems });
}

/** JSON values on lines of their own, as they come. */
async function* eventsOf(response: IncomingMessage): AsyncGenerator<z.infer<typeof WatchEvent>> {
  let rest = '';
  response.setEncoding('utf8');
  for await (const part of response as AsyncIterable<string>) {
    const lines = `${rest}${part}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = line.trim() === '' ? null : WatchEvent.safeParse(JSON.parse(line));
      if (event?.success) yield event.data;
    }
  }
}
