import type { Endpoint } from '../contract/index.ts';

/**
 * The address of an endpoint with its parameters filled in and escaped, for links, images and downloads.
 * The slashes of a `{path+}` parameter stay; query values that are undefined are left out.
 *
 * @example urlOf(api.runs.getArtifact, { params: { runId, path: 'plots/roc.png' } })
 */
export function urlOf(
  endpoint: Endpoint,
  input: { params?: Record<string, string>; query?: Record<string, unknown> | undefined } = {},
  baseUrl = '',
): string {
  const path = endpoint.path.replace(/\{(\w+)(\+?)\}/g, (_, name: string, rest: string) => {
    const value = input.params?.[name];
    if (!value) throw new TypeError(`${endpoint.id} needs the parameter "${name}"`);
    return rest ? value.split('/').map(encodeURIComponent).join('/') : encodeURIComponent(value);
  });
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(input.query ?? {})) {
    if (value !== undefined) query.set(key, String(value));
  }
  return `${baseUrl.replace(/\/$/, '')}${path}${query.size > 0 ? `?${query}` : ''}`;
}
