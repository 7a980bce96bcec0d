import { z } from 'zod';
import { AssayError } from '../../errors.ts';
import type { RemoteHttp } from '../../http/index.ts';
import type { RayConfig } from './ray-kind.ts';

const JsonObject = z.record(z.string(), z.unknown());

const Deployment = z.looseObject({
  status: z.string().default(''),
  message: z.string().default(''),
  target_num_replicas: z.number().nullish(),
  replicas: z.array(z.looseObject({ state: z.string() })).default([]),
});
const Application = z.looseObject({
  route_prefix: z.string().nullish(),
  status: z.string(),
  message: z.string().default(''),
  /** null: it was started by a program, which alone knows how. */
  deployed_app_config: JsonObject.nullish(),
  deployments: z.record(z.string(), Deployment).default({}),
});
export type RayApplication = z.infer<typeof Application>;

const ServeDetails = z.looseObject({
  applications: z.record(z.string(), Application).default({}),
  proxy_location: z.string().nullish(),
  http_options: JsonObject.nullish(),
  grpc_options: JsonObject.nullish(),
  target_capacity: z.number().nullish(),
});
export type ServeDetails = z.infer<typeof ServeDetails>;
/** An application as it is declared. */
export type ApplicationConfig = Record<string, unknown> & { name: string };

export type RayClient = ReturnType<typeof createRayClient>;

export const dashboardOf = ({ url }: Pick<RayConfig, 'url'>) => url.replace(/\/+$/, '');
export const credentials = ({ token }: Pick<RayConfig, 'token'>): Record<string, string> =>
  token === undefined ? {} : { authorization: `Bearer ${token}` };

/**
 * The REST API of a Ray dashboard (Ray 2.x): packages in the store of the head node, and the applications of Ray Serve.
 * Errors: those of `http`, and targets/unsupported where Serve is not installed.
 */
export function createRayClient(config: RayConfig, http: RemoteHttp) {
  const base = dashboardOf(config);
  const headers = credentials(config);
  const packageUrl = (name: string) => `${base}/api/packages/gcs/${name}`;
  const applicationsUrl = `${base}/api/serve/applications/`;

  return {
    async hasPackage(name: string): Promise<boolean> {
      const { status } = await http.request({ method: 'GET', url: packageUrl(name), headers, expect: [404] });
      return status !== 404;
    },

    async upload(name: string, body: Uint8Array): Promise<void> {
      const sent = { ...headers, 'content-type': 'application/octet-stream' };
      await http.request({ method: 'PUT', url: packageUrl(name), headers: sent, body, file: true });
    },

    async details(): Promise<ServeDetails> {
      const answer = await http.request({ method: 'GET', url: applicationsUrl, headers, expect: [404, 501] });
      if (answer.status === 501)
        throw new AssayError('targets/unsupported', 'Ray Serve is not installed on the cluster.', {
          hint: 'pip install "ray[serve]" on the nodes, or an image that has it.',
        });
      if (answer.status === 404)
        throw new AssayError('targets/unsupported', `The REST API of Ray Serve is not below ${base}.`, {
          hint: 'Give the address of the dashboard, without "/#": http://ray.example.com:8265. Ray 2.8 or newer is needed.',
        });
      const details = ServeDetails.safeParse(answer.json());
      if (details.success) return details.data;
      throw new AssayError('targets/refused', `${base} answers in a way that Ray Serve does not.`);
    },

    /** Declares all applications at once: Serve takes away those that were declared before and are not among them. */
    async declare(
      applications: readonly ApplicationConfig[],
      { proxy_location, http_options, grpc_options, target_capacity }: ServeDetails,
    ): Promise<void> {
      const settings = { proxy_location, http_options, grpc_options, target_capacity };
      const kept = Object.entries(settings).filter(([, value]) => value !== null && value !== undefined);
      await http.request({
        method: 'PUT',
        url: applicationsUrl,
        headers: { ...headers, 'content-type': 'application/json' },
        body: JSON.stringify({ ...Object.fromEntries(kept), applications }),
      });
    },
  };
}
