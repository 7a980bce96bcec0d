import type {
  ColumnType,
  DatasetPreview,
  DatasetSource,
  ReadOptions,
} from '../../../local-api/contract/index.ts';

/** Where an import comes from, and what people call it. */
export type ChosenSource = {
  source: DatasetSource;
  name: string;
  /** How it is to be read, as far as that was said with the source. */
  options?: ReadOptions;
};

/** What the person has decided so far: kept while the import runs, so that a failed one can be corrected. */
export type ImportDraft = { name: string; note: string; options: ReadOptions };

type Correction = NonNullable<ReadOptions['columns']>[number];

/** A dataset name made of a file name: `Flights 2001.csv.gz` becomes `Flights 2001`. */
export function suggestName(fileName: string): string {
  const base = fileName.split(/[\\/]/).at(-1) ?? '';
  const stem = base.replace(
    /(\.(csv|tsv|txt|json|jsonl|ndjson|parquet|pq|arrow|feather|xlsx|xlsm|sqlite3?|db|gz|zst|dvc))+$/i,
    '',
  );
  const clean = stem
    .normalize('NFC')
    .replace(/[^\p{L}\p{N}._ -]+/gu, '-')
    .replace(/^[._ -]+/, '');
  return clean.slice(0, 128) || 'data';
}

/** Changes how one column is read. A correction that says nothing any more disappears. */
export function correctColumn(
  options: ReadOptions,
  name: string,
  change: { type?: ColumnType | undefined; rename?: string | undefined; skip?: boolean | undefined },
): ReadOptions {
  const known = (options.columns ?? []).find((column) => column.name === name);
  const merged = { ...known, ...change };
  const next: Correction = { name };
  if (merged.type !== undefined) next.type = merged.type;
  if (merged.rename !== undefined && merged.rename !== '' && merged.rename !== name)
    next.rename = merged.rename;
  if (merged.skip) next.skip = true;
  const others = (options.columns ?? []).filter((column) => column.name !== name);
  const says = Object.keys(next).length > 1;
  return { ...options, columns: says ? [...others, next] : others };
}

/** Changes how the file is cut into columns. Corrections of columns are dropped when the columns may be others now. */
export function changeReading(options: ReadOptions, change: Partial<ReadOptions>): ReadOptions {
  const cutsAnew = [
    'format',
    'delimiter',
    'quote',
    'header',
    'headerLine',
    'encoding',
    'table',
    'query',
  ].some((key) => key in change);
  const { columns, ...rest } = options;
  const merged = { ...rest, ...(cutsAnew || columns === undefined ? {} : { columns }), ...change };
  return Object.fromEntries(
    Object.entries(merged).filter(([, value]) => value !== undefined && value !== ''),
  );
}

export type PreviewColumn = {
  /** The name in the file. */
  source: string;
  name: string;
  type: ColumnType | null;
  isSkipped: boolean;
  isCorrected: boolean;
  /** Place in the rows of the preview; null for a skipped column. */
  index: number | null;
};

/**
 * The columns of the file with what becomes of each, in the order of the file.
 *
 * @param corrections what the person has changed since the preview was made; shown at once
 */
export function previewColumns(preview: DatasetPreview, corrections: ReadOptions = {}): PreviewColumn[] {
  const corrected = new Map((corrections.columns ?? []).map((column) => [column.name, column]));
  let index = 0;
  return (preview.options.columns ?? []).map((column) => {
    const place = column.skip ? null : index++;
    const shown = place === null ? undefined : preview.columns[place];
    const correction = corrected.get(column.name);
    return {
      source: column.name,
      name: correction?.rename ?? (column.rename === undefined ? (shown?.name ?? column.name) : column.name),
      type: correction?.type ?? shown?.type ?? null,
      isSkipped: correction?.skip === true,
      isCorrected: correction?.type !== undefined,
      index: place,
    };
  });
}
