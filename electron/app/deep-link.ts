/** Deep links are hostile input: they may only name a page of the workbench, never an action. */

const kinds = {
  run: (id: string) => (/^[0-9a-f]{32}$/.test(id) ? `/runs/${id}` : null),
  experiment: (id: string) => (/^\d{1,15}$/.test(id) ? `/experiments/${id}` : null),
  model: (id: string) => `/models/${encodeURIComponent(id)}`,
  dataset: (id: string) => `/datasets/${encodeURIComponent(id)}`,
  'drift-report': (id: string) => (/^[a-z0-9_]{1,64}$/.test(id) ? `/drift/${id}` : null),
  job: (id: string) => (/^[a-z0-9_]{1,64}$/.test(id) ? `/jobs/${id}` : null),
} as const;

/** `assay://run/<id>` → `/runs/<id>`; null for anything it does not know. */
export function routeOfDeepLink(link: string): string | null {
  let url: URL;
  try {
    url = new URL(link);
  } catch {
    return null;
  }
  if (url.protocol !== 'assay:' || !Object.hasOwn(kinds, url.hostname)) return null;
  let id: string;
  try {
    id = decodeURIComponent(url.pathname.replace(/^\//, '').replace(/\/$/, ''));
  } catch {
    return null;
  }
  if (id === '' || id.length > 128 || id.includes('/') || id.includes('\\') || id === '.' || id === '..')
    return null;
  return kinds[url.hostname as keyof typeof kinds](id);
}

/** The first deep link among the arguments of a start; Chromium may reorder or add arguments. */
export function deepLinkIn(argv: readonly string[]): string | null {
  return argv.find((argument) => argument.startsWith('assay://')) ?? null;
}
