import {
  ExplainedModel,
  type Job,
  type JobKind,
  ModelImportResult,
} from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';

/** What each kind of job is called. */
export const kindLabels: Record<JobKind, string> = {
  import: 'Import',
  transform: 'Transform',
  profile: 'Profile',
  train: 'Training',
  study: 'Search',
  'remote-train': 'Training elsewhere',
  drift: 'Drift report',
  'drift-series': 'Drift over time',
  export: 'Export',
  'deployment-files': 'Files to deploy',
  quickstart: 'Sample loop',
  'import-runs': 'Import of runs',
  'export-runs': 'Export of runs',
  exec: 'Command',
  bundle: 'Archive of a model',
  'verify-bundle': 'Check of a bundle',
  'import-bundle': 'Import of a bundle',
  'import-model': 'Import of a model',
  gates: 'Gates',
  diff: 'Comparison of data',
  'export-data': 'Export of rows',
  'export-dvc': 'Export for DVC',
  'push-data': 'Push of data',
  'pull-data': 'Pull of data',
  'compare-versions': 'Comparison of versions',
  explain: 'Explanation of a model',
  push: 'Push',
  'push-plan': 'Plan of a push',
  pull: 'Pull',
  'batch-predict': 'Batch prediction',
  replay: 'Replay of requests',
  validate: 'Check of data',
  'infer-schema': 'Proposal of a schema',
};

/** Where to see what a job made: its run, dataset, report … Empty while it has made nothing. */
export function resultLinks(job: Job): { href: string; label: string }[] {
  const links: { href: string; label: string }[] = [];
  if (job.runId !== null) links.push({ href: paths.run(job.runId), label: 'The run' });
  const result = job.result;
  if (typeof result !== 'object' || result === null) return links;
  if (job.kind === 'import' && 'dataset' in result && typeof result.dataset === 'string') {
    const version =
      'version' in result && typeof result.version === 'number' ? { version: result.version } : {};
    links.push({ href: paths.dataset(result.dataset, version), label: `The dataset ${result.dataset}` });
  }
  if (job.kind === 'profile' && 'dataset' in result && typeof result.dataset === 'string') {
    const version =
      'version' in result && typeof result.version === 'number' ? { version: result.version } : {};
    links.push({ href: paths.dataset(result.dataset, version), label: `The profile of ${result.dataset}` });
  }
  if (job.kind === 'transform' && 'transform' in result && typeof result.transform === 'string')
    links.push({ href: paths.transform(result.transform), label: `The transform ${result.transform}` });
  if (job.kind === 'import-model') {
    const { data: imported } = ModelImportResult.safeParse(result);
    if (imported !== undefined) {
      const { model, version } = imported;
      links.push({ href: paths.model(model, { version }), label: `The model ${model}` });
    }
  }
  if (job.kind === 'import-runs')
    links.push({ href: paths.importOfRuns(job.id), label: 'What came and what did not' });
  if (job.kind === 'drift-series' && 'seriesId' in result && typeof result.seriesId === 'string') {
    links.push({ href: paths.driftSeries(result.seriesId), label: 'Drift over time' });
  }
  if (job.kind === 'drift' && 'reportId' in result && typeof result.reportId === 'string') {
    links.push({ href: paths.driftReport(result.reportId), label: 'The drift report' });
  }
  if (job.kind === 'explain') {
    const { data: subject } = ExplainedModel.safeParse(result);
    const label = 'The explanation';
    if (subject?.model && subject.version) {
      const search = { version: subject.version, tab: 'explanation' };
      links.push({ href: paths.model(subject.model, search), label });
    } else if (subject?.runId) links.push({ href: paths.run(subject.runId, { tab: 'explanation' }), label });
  }
  if (job.kind === 'batch-predict' && 'batchId' in result && typeof result.batchId === 'string') {
    links.push({ href: paths.batch(result.batchId), label: 'The predictions' });
  }
  if (job.kind === 'replay' && 'endpoint' in result && typeof result.endpoint === 'string') {
    const search = { tab: 'requests', replay: job.id };
    links.push({ href: paths.endpoint(result.endpoint, search), label: 'What is answered otherwise' });
  }
  if (job.kind === 'quickstart' && 'links' in result && typeof result.links === 'object' && result.links) {
    for (const [name, href] of Object.entries(result.links)) {
      if (typeof href === 'string') links.push({ href, label: `The ${name}` });
    }
  }
  return links;
}

/** Whether a job can still be stopped. */
export function isActive(job: Pick<Job, 'state'>): boolean {
  return job.state === 'queued' || job.state === 'running';
}

/** Whether a job can be started once more. */
export function canRetry(job: Pick<Job, 'state'>): boolean {
  return job.state === 'failed' || job.state === 'dead' || job.state === 'cancelled';
}
