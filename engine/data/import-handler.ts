import { join } from 'node:path';
import { type DatasetSource, ImportRequest, type ImportResult } from '../../local-api/contract/index.ts';
import type { JobHandler } from '../jobs/index.ts';
import type { ImportGuard } from '../validation/index.ts';
import type { BadRowFiles } from './bad-row-files.ts';
import type { ImportJobInput, ImportJobOutput } from './import-job.ts';
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
export function importHandler(parts: ImportHandlerParts): JobHandler<unknown, ImportJobOutput> {
  return {
    kind: 'import',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<ImportJobInput> {
      const request = ImportRequest.parse(input);
      const source = await parts.resolve(request.source);
      const memoryMb = Math.floor(Math.min(MOST_DUCKDB_MB, parts.jobMemoryMb() * DUCKDB_SHARE));
      const check = await parts.guard().prepare(request.dataset);
      return { source, options: request.options, memoryMb, check };
    },
    async onSuccess({ snapshot, checked, ...output }, job, tmpDir): Promise<ImportResult> {
      const { dataset, source, note, tags } = ImportRequest.parse(job.input);
      const { name: sourceName } = await parts.resolve(source).catch(() => ({ name: '' }));
      const version = { ...output, dataset, source: forTheRecord(source), sourceName, note, tags };
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

function forTheRecord(source: DatasetSource): DatasetSource {
  return source.kind === 'text' ? { ...source, text: source.text.slice(0, REMEMBERED_TEXT) } : source;
}
