import type {
  BatchFormat,
  BatchPredictionRequest,
  BatchPredictionRequestInput,
} from '../../../local-api/contract/index.ts';

export type RowsFrom = 'dataset' | 'sql' | 'path' | 'upload';
export type When = 'now' | 'schedule';

type PathOptions = Extract<BatchPredictionRequest['source'], { kind: 'path' }>['options'];

/** What is chosen on the page, complete or not. */
export type BatchForm = {
  model: string;
  from: RowsFrom;
  dataset: string | null;
  /** '' for the newest. */
  version: string;
  sql: string;
  path: string;
  /** How that file is read, where a request said so; the page itself leaves it to the engine. */
  options: PathOptions | null;
  upload: { id: string; name: string } | null;
  format: BatchFormat;
  keep: string[];
  keepAll: boolean;
  probabilities: boolean;
  fillMissing: boolean;
};

export function newForm(start: { model?: string | undefined; dataset?: string | undefined }): BatchForm {
  return {
    model: start.model ?? '',
    from: 'dataset',
    dataset: start.dataset ?? null,
    version: '',
    sql: 'SELECT * FROM data',
    path: '',
    options: null,
    upload: null,
    format: 'parquet',
    keep: [],
    keepAll: false,
    probabilities: true,
    fillMissing: false,
  };
}

/** What was chosen for a request that is there already. */
export function formOf({ model, source, keep, ...output }: BatchPredictionRequest): BatchForm {
  const form = { ...newForm({ model }), ...output, from: source.kind };
  return {
    ...form,
    keepAll: keep === 'all',
    keep: keep === 'all' ? [] : keep,
    ...(source.kind === 'dataset' || source.kind === 'sql'
      ? { dataset: source.dataset, version: source.version === undefined ? '' : String(source.version) }
      : {}),
    ...(source.kind === 'sql' ? { sql: source.sql } : {}),
    ...(source.kind === 'path' ? { path: source.path, options: source.options } : {}),
  };
}

/** The request; null while something that it needs is not chosen. */
export function requestOf(form: BatchForm): BatchPredictionRequestInput | null {
  const source = sourceOf(form);
  const model = form.model.trim();
  if (source === null || model === '') return null;
  const { format, keep, keepAll, probabilities, fillMissing } = form;
  return { model, source, format, keep: keepAll ? 'all' : keep, probabilities, fillMissing };
}

function sourceOf(form: BatchForm): BatchPredictionRequestInput['source'] | null {
  const { from, dataset, version, sql, path, options, upload } = form;
  if (from === 'path') {
    if (path.trim() === '') return null;
    return { kind: 'path', path: path.trim(), ...(options === null ? {} : { options }) };
  }
  if (from === 'upload') return upload === null ? null : { kind: 'upload', uploadId: upload.id };
  if (dataset === null) return null;
  const rows = { dataset, ...(version === '' ? {} : { version: Number(version) }) };
  if (from === 'dataset') return { kind: 'dataset', ...rows };
  return sql.trim() === '' ? null : { kind: 'sql', ...rows, sql };
}
