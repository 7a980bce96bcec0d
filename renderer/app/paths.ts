/** Every address of the workbench, in one place. Parts are encoded here and nowhere else. */

type Search = Record<string, string | number | undefined>;

function withSearch(path: string, search: Search = {}): string {
  const text = stringifySearch(search);
  return `${path}${text}`;
}

const part = encodeURIComponent;

/** Ids of dataset versions, the endpoint whose requests are compared, or whole windows as JSON. */
type NewDriftSearch = {
  reference?: string;
  current?: string;
  endpoint?: string;
  referenceWindow?: string;
  currentWindow?: string;
};

export const paths = {
  home: '/',
  datasets: '/datasets',
  /** `dataset`: makes a new version of it; `path`: a file on the machine of the engine to begin with. */
  importDataset: (search: { dataset?: string; path?: string } = {}) => withSearch('/datasets/import', search),
  /** Numbers or names of versions. */
  datasetDiff: (dataset: string, search: { from: string; to: string }) =>
    withSearch(`/datasets/${part(dataset)}/diff`, search),
  dataset: (dataset: string, search: { version?: number; tab?: string } = {}) =>
    withSearch(`/datasets/${part(dataset)}`, search),
  transforms: '/transforms',
  transform: (name: string, search: { tab?: string } = {}) => withSearch(`/transforms/${part(name)}`, search),
  newTransform: (search: { dataset?: string; name?: string; example?: string } = {}) =>
    withSearch('/transforms/new', search),
  lineage: (search: { node?: string; direction?: string } = {}) => withSearch('/lineage', search),
  experiments: '/experiments',
  experiment: (experimentId: string) => `/experiments/${part(experimentId)}`,
  importRuns: '/import-runs',
  importOfRuns: (jobId: string) => withSearch('/import-runs', { job: jobId }),
  runs: (search: { filter?: string; sort?: string } = {}) => withSearch('/runs', search),
  run: (runId: string, search: { tab?: string } = {}) => withSearch(`/runs/${part(runId)}`, search),
  compare: (runIds: readonly string[]) => withSearch('/compare', { runs: runIds.join(',') }),
  /** The runs that match, grouped by a field: `params.depth`. */
  compareGroups: (search: { filter?: string; group: string }) => withSearch('/compare', search),
  /** `version` is the id of a dataset version; `run` one whose recipe is to be the starting point. */
  training: (search: { version?: string; experiment?: string; run?: string } = {}) =>
    withSearch('/training', search),
  traces: (search: { filter?: string } = {}) => withSearch('/traces', search),
  trace: (traceId: string, search: { span?: string; tab?: string } = {}) =>
    withSearch(`/traces/${part(traceId)}`, search),
  models: '/models',
  model: (model: string, search: { version?: string; tab?: string } = {}) =>
    withSearch(`/models/${part(model)}`, search),
  endpoints: '/endpoints',
  endpoint: (name: string, search: { tab?: string; replay?: string } = {}) =>
    withSearch(`/endpoints/${part(name)}`, search),
  batches: (search: { filter?: string } = {}) => withSearch('/batches', search),
  newBatch: (search: { model?: string; dataset?: string; when?: string } = {}) =>
    withSearch('/batches/new', search),
  schedules: '/batches/schedules',
  batch: (batchId: string) => `/batches/${part(batchId)}`,
  targets: '/targets',
  connections: '/connections',
  drift: '/drift',
  newDrift: (search: NewDriftSearch = {}) => withSearch('/drift/new', search),
  driftOverTime: '/drift/over-time',
  driftSeries: (seriesId: string) => `/drift/over-time/${part(seriesId)}`,
  driftReport: (reportId: string, search: { column?: string } = {}) =>
    withSearch(`/drift/${part(reportId)}`, search),
  monitors: '/monitors',
  /** `dataset` or `endpoint` is watched; `reference` is the id of a dataset version. */
  newMonitor: (search: { dataset?: string; reference?: string; endpoint?: string } = {}) =>
    withSearch('/monitors/new', search),
  monitor: (monitorId: string) => `/monitors/${part(monitorId)}`,
  editMonitor: (monitorId: string) => `/monitors/${part(monitorId)}/edit`,
  jobs: (search: { tab?: string } = {}) => withSearch('/jobs', search),
  job: (jobId: string) => `/jobs/${part(jobId)}`,
  settings: '/settings',
};

/** Reads `?a=1&b=x` as plain strings. */
export function parseSearch(text: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(text));
}

/** Writes `?a=1&b=x`, leaving out what is undefined or empty; commas and slashes stay readable. */
export function stringifySearch(search: Record<string, unknown>): string {
  const out = new URLSearchParams();
  for (const [key, value] of Object.entries(search)) {
    if (value !== undefined && value !== null && value !== '') out.set(key, String(value));
  }
  const text = out.toString().replaceAll('%2C', ',').replaceAll('%2F', '/');
  return text === '' ? '' : `?${text}`;
}
