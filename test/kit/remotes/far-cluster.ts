import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { TLSSocket } from 'node:tls';
import { onTestFinished } from 'vitest';
import { manifestFaults } from '../deployment/published-schemas.ts';

type Json = Record<string, unknown>;
export type FarObject = { apiVersion: string; kind: string; metadata: Json & { name: string } } & Json;
export type FarCluster = {
  origin: string;
  token: string;
  /** By `apis/apps/v1/namespaces/models/deployments/name`. */
  objects: Map<string, FarObject>;
  /** Method, path and query of each request. */
  seen: { method: string; path: string; query: Record<string, string>; contentType: string }[];
  /** Pods and events that lists of the namespace give. */
  pods: Json[];
  events: Json[];
  /** Statuses that an applied Deployment goes through while it is watched. */
  rollout: (object: FarObject) => Json[];
  /** Fields that another manager owns: `/spec/replicas` and its value. */
  foreign: { path: string; value: unknown; manager: string }[];
  /** What the signed-in user may not do: resources. */
  forbidden: Set<string>;
  /** So many requests are cut before they are answered. */
  cuts: number;
  /** What the pods behind a service answer; null: nobody is let in. */
  service: ((path: string, body: unknown) => unknown) | null;
  /** Puts an object there as somebody else would. */
  put(path: string, object: FarObject): void;
};

const kinds: Record<string, Record<string, string>> = {
  v1: {
    Namespace: 'namespaces',
    Service: 'services',
    ServiceAccount: 'serviceaccounts',
    ConfigMap: 'configmaps',
    PersistentVolumeClaim: 'persistentvolumeclaims',
    Pod: 'pods',
    Event: 'events',
  },
  'apps/v1': { Deployment: 'deployments' },
  'networking.k8s.io/v1': { NetworkPolicy: 'networkpolicies', Ingress: 'ingresses' },
  'policy/v1': { PodDisruptionBudget: 'poddisruptionbudgets' },
  'autoscaling/v2': { HorizontalPodAutoscaler: 'horizontalpodautoscalers' },
};

/** Status of a Deployment whose pods all run what it says. */
export function available({ metadata, spec }: FarObject): Json {
  const replicas = Number((spec as Json | undefined)?.replicas ?? 1);
  return {
    observedGeneration: metadata.generation,
    replicas,
    updatedReplicas: replicas,
    availableReplicas: replicas,
  };
}

/**
 * The API of a cluster as its documentation and OpenAPI describe it, for the kinds of a deployment: server-side apply with field
 * managers, strict validation against the published schemas, dry runs, conflicts, lists and watches. In this process.
 */
export async function farCluster(
  tls: { key: Buffer; cert: Buffer; ca: Buffer } | null = null,
): Promise<FarCluster> {
  let revision = 100;
  const cluster: FarCluster = {
    origin: '',
    token: 'cluster-token',
    objects: new Map(),
    seen: [],
    pods: [],
    events: [],
    rollout: (object) => [available(object)],
    foreign: [],
    forbidden: new Set(),
    cuts: 0,
    service: null,
    put(path, object) {
      revision += 1;
      const { metadata } = object;
      cluster.objects.set(path, { ...object, metadata: { ...metadata, resourceVersion: String(revision) } });
    },
  };
  cluster.put('api/v1/namespaces/models', {
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name: 'models' },
  });

  const answer = (response: ServerResponse, status: number, body: unknown) => {
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(body));
  };
  const fail = (
    response: ServerResponse,
    code: number,
    reason: string,
    message: string,
    causes: Json[] = [],
  ) =>
    answer(response, code, {
      kind: 'Status',
      apiVersion: 'v1',
      status: 'Failure',
      reason,
      message,
      code,
      details: { causes },
    });

  const apply = (response: ServerResponse, path: string, url: URL, sent: FarObject, type: string) => {
    if (type !== 'application/apply-patch+yaml')
      return fail(response, 415, 'UnsupportedMediaType', `the body of the request was in "${type}"`);
    if ((url.searchParams.get('fieldManager') ?? '') === '')
      return fail(response, 400, 'BadRequest', 'fieldManager is required for apply patch');
    const faults = manifestFaults(sent);
    if (url.searchParams.get('fieldValidation') === 'Strict' && faults.length > 0)
      return fail(response, 400, 'BadRequest', `strict decoding error: ${faults.join(', ')}`);
    const inside = /^(.*\/namespaces\/[^/]+)\//.exec(path)?.[1]?.replace(/^apis\/[^/]+\/[^/]+/, 'api/v1');
    if (inside !== undefined && !cluster.objects.has(inside))
      return fail(response, 404, 'NotFound', `namespaces "${inside.split('/').at(-1)}" not found`);
    const against = cluster.foreign.filter(({ path: field, value }) => {
      const wanted = valueAt(sent, field);
      return wanted !== undefined && JSON.stringify(wanted) !== JSON.stringify(value);
    });
    if (against.length > 0 && url.searchParams.get('force') !== 'true')
      return fail(
        response,
        409,
        'Conflict',
        `Apply failed with ${against.length} conflict: conflict with "${against[0]?.manager}"`,
        against.map((one) => ({
          reason: 'FieldManagerConflict',
          message: `conflict with "${one.manager}"`,
          field: one.path.replaceAll('/', '.'),
        })),
      );
    const before = cluster.objects.get(path);
    const isSame = before !== undefined && JSON.stringify(before.spec) === JSON.stringify(sent.spec);
    const generation = Number(before?.metadata.generation ?? 0) + (isSame ? 0 : 1);
    const merged: FarObject = {
      ...sent,
      metadata: {
        ...sent.metadata,
        uid: before?.metadata.uid ?? `uid-${revision}`,
        generation,
        creationTimestamp: '2026-01-01T00:00:00Z',
        managedFields: [{ manager: url.searchParams.get('fieldManager'), operation: 'Apply' }],
      },
      ...(before?.status === undefined ? {} : { status: before.status }),
    };
    if (url.searchParams.get('dryRun') === 'All') return answer(response, 200, merged);
    cluster.put(path, merged);
    answer(response, before === undefined ? 201 : 200, merged);
  };

  const itemsBelow = (path: string, query: URLSearchParams): FarObject[] => {
    const name = /^metadata\.name=(.*)$/.exec(query.get('fieldSelector') ?? '')?.[1] ?? null;
    const labels = (query.get('labelSelector') ?? '').split(',').flatMap((one) => {
      const [key = '', value] = one.split('=');
      return value === undefined ? [] : [[key, value] as const];
    });
    return [...cluster.objects]
      .filter(([at]) => at.startsWith(`${path}/`) && !at.slice(path.length + 1).includes('/'))
      .map(([, object]) => object)
      .filter(({ metadata }) => name === null || metadata.name === name)
      .filter(({ metadata }) =>
        labels.every(([key, value]) => (metadata.labels as Json | undefined)?.[key] === value),
      );
  };

  /** Sends what the roll-out goes through, a line each, and keeps the connection as a server does. */
  const watch = async (response: ServerResponse, path: string, url: URL): Promise<void> => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const line = (type: string, object: unknown) =>
      new Promise((sent) => response.write(`${JSON.stringify({ type, object })}\n`, sent));
    await line('BOOKMARK', { kind: 'x', apiVersion: 'v1', metadata: { resourceVersion: String(revision) } });
    for (const object of itemsBelow(path, url.searchParams))
      for (const status of cluster.rollout(object)) {
        const changed = { ...object, status };
        cluster.put(`${path}/${object.metadata.name}`, changed);
        await line('MODIFIED', changed);
      }
  };

  const handle = async (incoming: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = new URL(incoming.url ?? '/', cluster.origin);
    const path = decodeURIComponent(url.pathname.slice(1));
    const { method = '' } = incoming;
    const contentType = incoming.headers['content-type'] ?? '';
    cluster.seen.push({ method, path, query: Object.fromEntries(url.searchParams), contentType });
    if (cluster.cuts > 0) {
      cluster.cuts -= 1;
      incoming.socket.destroy();
      return;
    }
    const parts: Buffer[] = [];
    for await (const part of incoming) parts.push(part);
    const body = parts.length === 0 ? null : JSON.parse(Buffer.concat(parts).toString('utf8'));
    const isCertified = incoming.socket instanceof TLSSocket && incoming.socket.authorized;
    if (!isCertified && incoming.headers.authorization !== `Bearer ${cluster.token}`)
      return fail(response, 401, 'Unauthorized', 'Unauthorized');
    if (path === 'version') return answer(response, 200, { major: '1', minor: '33', gitVersion: 'v1.33.2' });
    if (path.endsWith('/selfsubjectaccessreviews')) {
      const { resource } = body.spec.resourceAttributes;
      return answer(response, 201, { ...body, status: { allowed: !cluster.forbidden.has(resource) } });
    }
    const group = /^(?:api\/(v1)|apis\/([^/]+\/[^/]+))$/.exec(path);
    if (group !== null) {
      const known = kinds[group[1] ?? group[2] ?? ''];
      if (known === undefined) return fail(response, 404, 'NotFound', '404 page not found');
      const resources = Object.entries(known).flatMap(([kind, name]) => [
        { name, kind, namespaced: kind !== 'Namespace', singularName: '', verbs: [] },
        { name: `${name}/status`, kind, namespaced: true, singularName: '', verbs: [] },
      ]);
      return answer(response, 200, {
        kind: 'APIResourceList',
        groupVersion: group[1] ?? group[2],
        resources,
      });
    }
    const proxied = /^(api\/v1\/namespaces\/[^/]+\/services\/[^/:]+):http\/proxy(\/.*)$/.exec(path);
    if (proxied !== null) {
      const isThere = cluster.objects.has(proxied[1] ?? '');
      if (!isThere) return fail(response, 404, 'NotFound', 'services not found');
      if (cluster.service === null)
        return fail(response, 503, 'ServiceUnavailable', 'no endpoints available');
      return answer(response, 200, cluster.service(proxied[2] ?? '', body));
    }
    if (method === 'PATCH') return apply(response, path, url, body, contentType);
    const there = cluster.objects.get(path);
    if (method === 'DELETE') {
      cluster.objects.delete(path);
      return there === undefined
        ? fail(response, 404, 'NotFound', 'not found')
        : answer(response, 200, { kind: 'Status', status: 'Success' });
    }
    if (there !== undefined) return answer(response, 200, there);
    const resource = path.split('/').at(-1) ?? '';
    if (!Object.values(kinds).some((known) => Object.values(known).includes(resource)))
      return fail(response, 404, 'NotFound', `"${resource}" not found`);
    if (url.searchParams.get('watch') === 'true') return watch(response, path, url);
    const special = resource === 'pods' ? cluster.pods : resource === 'events' ? cluster.events : null;
    const items = (special ?? itemsBelow(path, url.searchParams)).map((item) => {
      const { apiVersion: _, kind: __, ...rest } = item as Json;
      return rest;
    });
    answer(response, 200, { kind: 'List', metadata: { resourceVersion: String(revision) }, items });
  };

  const answerOne = (incoming: IncomingMessage, response: ServerResponse) => void handle(incoming, response);
  const server =
    tls === null
      ? createServer(answerOne)
      : createSecureServer({ ...tls, requestCert: true, rejectUnauthorized: false }, answerOne);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cluster.origin = `${tls === null ? 'http' : 'https'}://127.0.0.1:${(server.address() as AddressInfo).port}`;
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return cluster;
}

function valueAt(object: unknown, path: string): unknown {
  return path
    .split('/')
    .slice(1)
    .reduce<unknown>((value, key) => (value as Json | undefined)?.[key], object);
}

/** A kubeconfig whose current context leads there. */
export function kubeconfigOf(
  cluster: FarCluster,
  user: Json = { token: cluster.token },
  trust: Json = {},
): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'far',
    clusters: [{ name: 'far', cluster: { server: cluster.origin, ...trust } }],
    users: [{ name: 'someone', user }],
    contexts: [{ name: 'far', context: { cluster: 'far', user: 'someone', namespace: 'models' } }],
  });
}
