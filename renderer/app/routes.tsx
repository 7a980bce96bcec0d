import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { ComponentType } from 'react';
import { parseSearch, stringifySearch } from './paths.ts';
import { NotFoundPage } from './shell/NotFoundPage.tsx';
import { PagePending } from './shell/PagePending.tsx';
import { RouteFault } from './shell/RouteFault.tsx';
import { Shell } from './shell/Shell.tsx';

const features = {
  home: () => import('../features/home/index.ts'),
  datasets: () => import('../features/datasets/index.ts'),
  experiments: () => import('../features/experiments/index.ts'),
  runs: () => import('../features/runs/index.ts'),
  compare: () => import('../features/compare/index.ts'),
  training: () => import('../features/training/index.ts'),
  traces: () => import('../features/traces/index.ts'),
  models: () => import('../features/models/index.ts'),
  endpoints: () => import('../features/endpoints/index.ts'),
  batch: () => import('../features/batch/index.ts'),
  targets: () => import('../features/targets/index.ts'),
  connections: () => import('../features/connections/index.ts'),
  lineage: () => import('../features/lineage/index.ts'),
  transforms: () => import('../features/transforms/index.ts'),
  drift: () => import('../features/drift/index.ts'),
  monitors: () => import('../features/monitors/index.ts'),
  imports: () => import('../features/imports/index.ts'),
  jobs: () => import('../features/jobs/index.ts'),
  settings: () => import('../features/settings/index.ts'),
};
type Features = typeof features;
type PageOf<F extends keyof Features> = keyof Awaited<ReturnType<Features[F]>> & string;

/** A page of a feature, loaded when it is first visited: one chunk a feature. */
function page<F extends keyof Features>(feature: F, name: PageOf<F>) {
  return lazyRouteComponent(async () => {
    const pages: Record<string, ComponentType> = await features[feature]();
    return { default: pages[name] ?? NotFoundPage };
  });
}

/** Search parameters are texts; unknown ones are dropped. */
function search<const K extends string>(...names: K[]) {
  return (raw: Record<string, unknown>): { [P in K]?: string } => {
    const known: { [P in K]?: string } = {};
    for (const name of names) {
      const value = raw[name];
      if (typeof value === 'string' && value !== '') known[name] = value;
    }
    return known;
  };
}

const root = createRootRoute({ component: Shell, notFoundComponent: NotFoundPage });
const at = <const P extends string, F extends keyof Features>(path: P, feature: F, name: PageOf<F>) => ({
  getParentRoute: () => root,
  path,
  component: page(feature, name),
});

const listSearch = search('filter', 'sort');
const runsSearch = [
  ...(['filter', 'sort', 'columns', 'curves', 'group', 'aggregate', 'nested', 'only'] as const),
  ...(['view', 'trash'] as const),
] as const;

/** Which runs, how they are grouped, the tab, and the settings of each tab (features/compare/compare-state.ts). */
const compareSearch = [
  'runs',
  'filter',
  'group',
  'tab',
  'view',
  'only',
  'curves',
  'parallel',
  'scatter',
  'surface',
  'boxes',
  'importance',
  'difference',
  'images',
  'files',
] as const;

const routeTree = root.addChildren([
  createRoute(at('/', 'home', 'HomePage')),

  createRoute({ ...at('/datasets', 'datasets', 'DatasetsPage'), validateSearch: listSearch }),
  createRoute({
    ...at('/datasets/import', 'datasets', 'ImportPage'),
    validateSearch: search('dataset', 'sample', 'path'),
  }),
  createRoute({
    ...at('/datasets/$dataset', 'datasets', 'DatasetPage'),
    validateSearch: search('version', 'tab', 'column', 'view', 'target', 'x', 'y'),
  }),

  createRoute({
    ...at('/datasets/$dataset/diff', 'datasets', 'DiffPage'),
    validateSearch: search('from', 'to', 'key'),
  }),

  createRoute({ ...at('/transforms', 'transforms', 'TransformsPage'), validateSearch: listSearch }),
  createRoute({
    ...at('/transforms/new', 'transforms', 'EditTransformPage'),
    validateSearch: search('name', 'dataset', 'example'),
  }),
  createRoute({ ...at('/transforms/$name', 'transforms', 'TransformPage'), validateSearch: search('tab') }),

  createRoute({ ...at('/lineage', 'lineage', 'LineagePage'), validateSearch: search('node', 'direction') }),

  createRoute({ ...at('/experiments', 'experiments', 'ExperimentsPage'), validateSearch: listSearch }),
  createRoute({
    ...at('/experiments/$experimentId', 'runs', 'ExperimentRunsPage'),
    validateSearch: search(...runsSearch, 'tab', 'range'),
  }),
  createRoute({ ...at('/runs', 'runs', 'AllRunsPage'), validateSearch: search(...runsSearch) }),
  createRoute({ ...at('/runs/$runId', 'runs', 'RunPage'), validateSearch: search('tab', 'path') }),
  createRoute({
    ...at('/compare', 'compare', 'ComparePage'),
    validateSearch: search(...compareSearch),
  }),
  createRoute({
    ...at('/training', 'training', 'NewTrainingPage'),
    validateSearch: search('version', 'experiment', 'run'),
  }),

  createRoute({ ...at('/import-runs', 'imports', 'ImportRunsPage'), validateSearch: search('job', 'path') }),
  createRoute({
    ...at('/traces', 'traces', 'TracesPage'),
    validateSearch: search('filter', 'sort', 'range'),
  }),
  createRoute({ ...at('/traces/$traceId', 'traces', 'TracePage'), validateSearch: search('span', 'tab') }),

  createRoute({ ...at('/models', 'models', 'ModelsPage'), validateSearch: listSearch }),
  createRoute({
    ...at('/models/$model', 'models', 'ModelPage'),
    validateSearch: search('version', 'tab', 'versions', 'job'),
  }),

  createRoute(at('/endpoints', 'endpoints', 'EndpointsPage')),
  createRoute({
    ...at('/endpoints/$name', 'endpoints', 'EndpointPage'),
    validateSearch: search('tab', 'replay'),
  }),
  createRoute({ ...at('/batches', 'batch', 'BatchesPage'), validateSearch: listSearch }),
  createRoute({
    ...at('/batches/new', 'batch', 'NewBatchPage'),
    validateSearch: search('model', 'dataset', 'when'),
  }),
  createRoute(at('/batches/schedules', 'batch', 'SchedulesPage')),
  createRoute(at('/batches/$batchId', 'batch', 'BatchPage')),
  createRoute(at('/targets', 'targets', 'TargetsPage')),
  createRoute(at('/connections', 'connections', 'ConnectionsPage')),

  createRoute({ ...at('/drift', 'drift', 'DriftReportsPage'), validateSearch: listSearch }),
  createRoute({
    ...at('/drift/new', 'drift', 'NewDriftPage'),
    validateSearch: search('reference', 'current', 'endpoint', 'referenceWindow', 'currentWindow'),
  }),
  createRoute({ ...at('/drift/over-time', 'drift', 'DriftSeriesListPage'), validateSearch: listSearch }),
  createRoute(at('/drift/over-time/$seriesId', 'drift', 'DriftSeriesPage')),
  createRoute({ ...at('/drift/$reportId', 'drift', 'DriftReportPage'), validateSearch: search('column') }),

  createRoute(at('/monitors', 'monitors', 'MonitorsPage')),
  createRoute({
    ...at('/monitors/new', 'monitors', 'NewMonitorPage'),
    validateSearch: search('dataset', 'reference', 'endpoint'),
  }),
  createRoute(at('/monitors/$monitorId', 'monitors', 'MonitorPage')),
  createRoute(at('/monitors/$monitorId/edit', 'monitors', 'EditMonitorPage')),

  createRoute({ ...at('/jobs', 'jobs', 'JobsPage'), validateSearch: search('tab', 'kind', 'sort') }),
  createRoute({ ...at('/jobs/$jobId', 'jobs', 'JobPage') }),
  createRoute(at('/settings', 'settings', 'SettingsPage')),
]);

export const router = createRouter({
  routeTree,
  parseSearch,
  stringifySearch,
  defaultPreload: 'intent',
  defaultErrorComponent: RouteFault,
  defaultPendingComponent: PagePending,
  defaultPendingMs: 120,
  // Pages come from this machine: holding the placeholder to avoid a flash would only be a wait.
  defaultPendingMinMs: 0,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router;
  }
}
