import { type FarAnswer, type FarEnd, type FarRequest, farEnd } from './far-end.ts';
import { farRayJobs } from './far-ray-jobs.ts';

type Json = Record<string, unknown>;
type FarApplication = Json & {
  name: string;
  route_prefix: string | null;
  status: string;
  message: string;
  source: 'declarative' | 'imperative';
  deployed_app_config: Json | null;
  deployments: Json;
};

export type FarRay = FarEnd & {
  packages: Map<string, Buffer>;
  jobs: ReturnType<typeof farRayJobs>;
  applications: Map<string, FarApplication>;
  /** What Serve was set to when it started; null before the first application. */
  settings: Json | null;
  token: string | null;
  hasServe: boolean;
  /** Why an application that is declared next does not come to run; null: it does. */
  failure: ((config: Json) => string | null) | null;
  /** Answers of an application, by its route. */
  answer: ((route: string, body: unknown) => unknown) | null;
  /** Starts an application as a program does, unknown to the REST API. */
  start(name: string, route: string): void;
};

const known = ['applications', 'proxy_location', 'http_options', 'grpc_options', 'target_capacity'];

/**
 * The dashboard of a Ray cluster with its proxy of Serve, as `ray.serve.schema` and the documentation of the REST API have them:
 * declaring takes away what was declared before and is left out. Applications are DEPLOYING when they are first looked at.
 */
export async function farRay(): Promise<FarRay> {
  const end = await farEnd((request) => handle(far, request));
  const packages = new Map<string, Buffer>();
  const far: FarRay = Object.assign(end, {
    packages,
    jobs: farRayJobs(packages),
    applications: new Map<string, FarApplication>(),
    settings: null,
    token: null,
    hasServe: true,
    failure: null,
    answer: null,
    start(name: string, route: string) {
      far.applications.set(name, application(name, route, 'imperative', null, 'RUNNING'));
    },
  });
  return far;
}

function application(
  name: string,
  route: string | null,
  source: FarApplication['source'],
  config: Json | null,
  status: string,
): FarApplication {
  const at = { name, route_prefix: route, docs_path: null, source, status, message: '' };
  return { ...at, last_deployed_time_s: 1_760_000_000, deployed_app_config: config, deployments: {} };
}

function handle(far: FarRay, request: FarRequest): FarAnswer {
  const { method, url, headers, body } = request;
  const path = url.pathname;
  const served = [...far.applications.values()].find(({ route_prefix }) => route_prefix === path);
  if (path === '/-/healthz') return text(far.settings === null ? 503 : 200, 'success');
  if (method === 'POST' && served !== undefined && far.answer !== null)
    return json(200, far.answer(path, JSON.parse(body.toString('utf8'))));
  if (far.token !== null && headers.authorization !== `Bearer ${far.token}`)
    return text(401, 'Unauthorized: Missing or invalid authentication token');
  const ofJob = far.jobs.handle(request);
  if (ofJob !== null) return ofJob;
  if (path === '/api/version')
    return json(200, { version: '4', ray_version: '2.60.0', ray_commit: 'c', session_name: 's' });
  const packageName = /^\/api\/packages\/gcs\/(_ray_pkg_[0-9a-f]+\.zip)$/.exec(path)?.[1];
  if (packageName !== undefined) {
    if (method === 'PUT') far.packages.set(packageName, body);
    return far.packages.has(packageName) ? text(200, '') : text(404, 'Package does not exist');
  }
  if (path !== '/api/serve/applications/') return text(404, '404: Not Found');
  if (!far.hasServe) return text(501, 'Serve dependencies are not installed.');
  return method === 'PUT' ? declare(far, JSON.parse(body.toString('utf8'))) : details(far);
}

function details(far: FarRay): FarAnswer {
  const applications = Object.fromEntries(structuredClone([...far.applications]));
  for (const one of far.applications.values()) {
    if (one.status !== 'DEPLOYING' || one.deployed_app_config === null) continue;
    const [deployment] = (one.deployed_app_config.deployments ?? []) as Json[];
    const wanted = Number(deployment?.num_replicas ?? 1);
    const failure = far.failure?.(one.deployed_app_config) ?? null;
    const running = { status: 'HEALTHY', message: '', target_num_replicas: wanted };
    const replicas = Array.from({ length: wanted }, (_, n) => ({ replica_id: `r${n}`, state: 'RUNNING' }));
    one.status = failure === null ? 'RUNNING' : 'DEPLOY_FAILED';
    one.message = failure ?? '';
    one.deployments = failure === null ? { [String(deployment?.name)]: { ...running, replicas } } : {};
  }
  return json(200, {
    controller_info: {},
    proxies: {},
    target_capacity: null,
    ...far.settings,
    applications,
  });
}

function declare(far: FarRay, sent: Json): FarAnswer {
  const configs = (sent.applications ?? []) as Json[];
  const faults = [
    ...Object.keys(sent).filter((key) => !known.includes(key)),
    ...configs.flatMap((config) => faultsOf(far, config)),
    ...twice(configs.map(({ name }) => name)),
    ...twice(configs.map(({ route_prefix }) => route_prefix)),
  ];
  if (faults.length > 0) return text(400, `ValidationError: ${faults.join(', ')}`);
  far.settings ??= {
    proxy_location: 'EveryNode',
    http_options: { host: '0.0.0.0', port: 8000 },
    grpc_options: { port: 9000, grpc_servicer_functions: [] },
    ...Object.fromEntries(Object.entries(sent).filter(([key]) => key !== 'applications')),
  };
  if ('target_capacity' in sent) far.settings.target_capacity = sent.target_capacity;
  const names = configs.map(({ name }) => String(name));
  for (const [name, { source }] of far.applications)
    if (source === 'declarative' && !names.includes(name)) far.applications.delete(name);
  for (const config of configs) {
    const name = String(config.name);
    const before = far.applications.get(name);
    const isSame = JSON.stringify(before?.deployed_app_config) === JSON.stringify(config);
    if (before !== undefined && isSame && before.status === 'RUNNING') continue;
    far.applications.set(
      name,
      application(name, String(config.route_prefix), 'declarative', config, 'DEPLOYING'),
    );
  }
  return text(200, '');
}

function faultsOf(far: FarRay, { name, import_path, runtime_env, args, deployments }: Json): string[] {
  const dir = (runtime_env as Json | undefined)?.working_dir;
  const isThere = typeof dir !== 'string' || far.packages.has(dir.replace('gcs://', ''));
  return [
    typeof name === 'string' && name !== '' ? '' : 'name',
    typeof import_path === 'string' && /^[\w.]+[:.]\w+$/.test(import_path) ? '' : 'import_path',
    isThere ? '' : `working_dir of ${name}`,
    args === undefined || (typeof args === 'object' && args !== null) ? '' : 'args',
    deployments === undefined || Array.isArray(deployments) ? '' : 'deployments',
  ].filter((fault) => fault !== '');
}

function twice(values: unknown[]): string[] {
  return values.filter((value, index) => values.indexOf(value) !== index).map((value) => `twice: ${value}`);
}

function json(status: number, body: unknown): FarAnswer {
  return { status, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

function text(status: number, body: string): FarAnswer {
  return { status, headers: { 'content-type': 'text/plain' }, body };
}
