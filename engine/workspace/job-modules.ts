import type { JobKind } from '../../local-api/contract/index.ts';
import type { JobModule } from '../jobs/index.ts';

/** The module that runs each kind of job of the engine; loaded in the job process when its kind is asked for. */
export const engineJobModules = {
  import: () => import('../validation/guarded-import-job.ts'),
  'push-data': () => import('../dataset-remotes/transfer-job.ts'),
  'pull-data': () => import('../dataset-remotes/transfer-job.ts'),
  'export-data': () => import('../data-export/export-job.ts'),
  'export-dvc': () => import('../dvc/export-job.ts'),
  diff: () => import('../dataset-diff/diff-job.ts'),
  profile: () => import('../data/profile-job.ts'),
  validate: () => import('../validation/validate-job.ts'),
  'infer-schema': () => import('../validation/infer-job.ts'),
  transform: () => import('../validation/guarded-transform-job.ts'),
  // Started for a preview, beside the queue.
  gather: () => import('../data/gather-job.ts'),
  'inspect-dvc': () => import('../dvc/inspect-job.ts'),
  explain: () => import('../explain/explain-job.ts'),
  drift: () => import('../monitoring/drift-job.ts'),
  'drift-series': () => import('../monitoring/series-job.ts'),
  'compare-versions': () => import('../models/compare-versions-job.ts'),
  gates: () => import('../models/gates-job.ts'),
  bundle: () => import('../bundles/archive-job.ts'),
  'verify-bundle': () => import('../bundles/verify-job.ts'),
  'import-bundle': () => import('../bundles/import-job.ts'),
  'import-model': () => import('../model-import/import-job.ts'),
  'deployment-files': () => import('../deployment/deployment-files-job.ts'),
  export: () => import('../models/export-job.ts'),
  'import-runs': () => import('../exchange/import-runs-job.ts'),
  push: () => import('../remotes/push-job.ts'),
  'push-plan': () => import('../remotes/push-job.ts'),
  pull: () => import('../remotes/pull-job.ts'),
  'remote-train': () => import('../remotes/remote-train-job.ts'),
  'batch-predict': () => import('../batch/batch-job.ts'),
  replay: () => import('../serving/replay-job.ts'),
  train: () => import('../training/train-job.ts'),
  study: () => import('../training/study/study-job.ts'),
  // No job of its own: a search starts it beside itself.
  'study-worker': () => import('../training/study/study-worker.ts'),
} satisfies Partial<Record<JobKind | 'study-worker' | 'gather' | 'inspect-dvc', () => Promise<JobModule>>>;
