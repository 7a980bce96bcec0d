import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  type DatasetSource,
  type DvcFound,
  ImportRequest,
  type ImportResult,
} from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { ImportGuard } from '../validation/index.ts';
import type { BadRowFiles } from './bad-row-files.ts';
import { loadDataset, loadVersion } from './dataset-rows.ts';
import type { ImportJobInput, ImportJobOutput, KnownImport } from './import-job.ts';
import { BAD_ROWS_FILE } from './snapshot.ts';
import type { ResolvedSource } from './sources/resolved-source.ts';
import { enterVersion, type VersionStore } from './versions/enter-version.ts';

export type ImportHandlerParts = VersionStore & {
  badRowFiles: BadRowFiles;
  resolve(source: DatasetSource): Promise<ResolvedSource>;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
  /** Holds the rows against what their dataset asks for. */
  guard(): ImportGuard;
};

/**
 * The share of a job's memory that DuckDB may fill before it spills to disk; the rest is for Node and what DuckDB
 * does not count.
 */
const DUCKDB_SHARE = 0.5;
const MOST_DUCKDB_MB = 2048;

/**
 * Imports as jobs. The process writes a snapshot into its own folder; here it is put in place and entered.
 */
export function importHandler(parts: ImportHandlerParts): JobHandler<unknown, ImportJobOutput | KnownImport> {
  return {
    kind: 'import',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<ImportJobInput> {
      const request = ImportRequest.parse(input);
      const resolved = await parts.resolve(request.source);
      const memoryMb = Math.floor(Math.min(MOST_DUCKDB_MB, parts.jobMemoryMb() * DUCKDB_SHARE));
      const check = await parts.guard().prepare(request.dataset);
      // Where rows are judged they are read, whether they are known or not.
      const known = check === null ? await madeBefore(parts, request) : null;
      const source = resolved.kind === 'dvc' ? { ...resolved, known } : resolved;
      return { source, options: request.options, memoryMb, check };
    },
    async onSuccess(made, job, tmpDir): Promise<ImportResult> {
      if ('madeBefore' in made) return sameAsBefore(parts, made.madeBefore);
      const { snapshot, checked, dvc, ...output } = made;
      const request = ImportRequest.parse(job.input);
      const { dataset, note, tags } = request;
      const { name } =
        dvc === undefined
          ? await parts.resolve(request.source).catch(() => ({ name: '' }))
          : { name: dvc.path };
      const sourceName = name;
      const version = { ...output, dataset, source: forTheRecord(request, dvc), sourceName, note, tags };
      const enter = () => enterVersion(parts, version, snapshot);
      const result = await (checked === null
        ? enter()
        : parts.guard().enter({ job, dataset, sourceName, rows: snapshot.rows, checked }, enter));
      if (output.badRows > 0) await parts.badRowFiles.take(join(tmpDir, BAD_ROWS_FILE), result.versionId);
      return result;
    },
  };
}

/** A version remembers the beginning of a text that was pasted: its rows are in the snapshot. */
const REMEMBERED_TEXT = 500;

function forTheRecord(request: ImportRequest, dvc: DvcFound | undefined): DatasetSource {
  const { source } = request;
  if (source.kind === 'text') return { ...source, text: source.text.slice(0, REMEMBERED_TEXT) };
  if (source.kind !== 'dvc' || dvc === undefined) return source;
  return { ...source, found: { ...dvc, reading: readingOf(request) } };
}

/** What makes a difference to the rows besides the content. */
function readingOf({ source, options }: ImportRequest): string {
  const facts = source.kind === 'dvc' ? [source.path, source.output ?? '', options] : [];
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex').slice(0, 16);
}

/** The newest version of the dataset, if it was made of an output of DVC that was read in the same way. */
async function madeBefore(
  { store }: ImportHandlerParts,
  request: ImportRequest,
): Promise<{ md5: string; versionId: string } | null> {
  if (request.source.kind !== 'dvc') return null;
  const dataset = await loadDataset(store.db, request.dataset).catch((thrown: unknown) => {
    if (thrown instanceof AssayError && thrown.code === 'datasets/not-found') return null;
    throw thrown;
  });
  const source = dataset?.latest?.source;
  const found = source?.kind === 'dvc' ? source.found : undefined;
  if (found === undefined || found.reading !== readingOf(request)) return null;
  return { md5: found.md5, versionId: dataset?.latest?.id ?? '' };
}

async function sameAsBefore({ store }: ImportHandlerParts, versionId: string): Promise<ImportResult> {
  const { dataset, version, digest, rows, badRows } = await loadVersion(store.db, versionId);
  return { versionId, dataset, version, digest, rows, badRows, created: false };
}
