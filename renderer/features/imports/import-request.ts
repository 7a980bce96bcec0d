import type { RunImportRequest, RunSourceFormat } from '../../../local-api/contract/index.ts';

/** What the form holds; all as it is typed. */
export type ImportDraft = {
  path: string;
  format: RunSourceFormat | 'auto';
  experiment: string;
  artifacts: boolean;
  artifactsRoot: string;
};

export const emptyDraft: ImportDraft = {
  path: '',
  format: 'auto',
  experiment: '',
  artifacts: true,
  artifactsRoot: '',
};

export const formatLabels: Record<ImportDraft['format'], string> = {
  auto: 'Tell from the content',
  'mlflow-database': 'MLflow: database (mlflow.db)',
  mlruns: 'MLflow: folder (mlruns)',
  wandb: 'W&B: offline runs',
  tensorboard: 'TensorBoard: event files',
  aim: 'Aim: exported JSON lines',
};

/** A path without the quotes that a file manager puts round it. */
export function plainPath(text: string): string {
  return text.trim().replace(/^(["'])(.*)\1$/, '$2');
}

/** What is sent: fields that say nothing are left out. */
export function importRequest(draft: ImportDraft): RunImportRequest {
  const experiment = draft.experiment.trim();
  const root = plainPath(draft.artifactsRoot);
  return {
    path: plainPath(draft.path),
    artifacts: draft.artifacts,
    ...(draft.format === 'auto' ? {} : { format: draft.format }),
    ...(experiment === '' ? {} : { experiment }),
    ...(root === '' ? {} : { artifactsRoot: root }),
  };
}
