import { join } from 'node:path';
import type { DataExportRequest, DataExportSource, Problem } from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { BatchService } from '../batch/index.ts';
import type { DataService } from '../data/index.ts';
import type { DatasetDiffService, DifferingVersions } from '../dataset-diff/index.ts';
import { AssayError } from '../errors.ts';

export type ExportRooms = {
  data: Pick<DataService, 'resolveVersion' | 'getVersion' | 'checkExpression' | 'snapshotFiles'>;
  diffs: Pick<DatasetDiffService, 'get' | 'differing'>;
  batches: Pick<BatchService, 'get'>;
  artifacts: Pick<ArtifactStore, 'copyTo'>;
};

/** What the process of an export reads: Parquet files, or two versions whose differing rows it finds. */
export type ExportTable =
  | { kind: 'files'; files: string[] }
  | { kind: 'diff'; versions: DifferingVersions; rows: 'all' | 'added' | 'removed' | 'changed' };

/** What is known of a table before it is written. `rows` is null when the condition decides. */
export type PlannedExport = {
  /** With references resolved. */
  source: DataExportSource;
  /** For people, and the beginning of the file's name. */
  name: string;
  columns: string[] | null;
  rows: number | null;
};

/**
 * Finds the table that an export names. Errors: those of what it names, `datasets/bad-expression`, `request/invalid` for a choice
 * of columns or rows where none can be made.
 */
export async function planExport(
  rooms: ExportRooms,
  source: DataExportSource,
  request: DataExportRequest,
): Promise<PlannedExport> {
  if (source.kind !== 'version') refuseChoice(request);
  switch (source.kind) {
    case 'version': {
      const version = await rooms.data.resolveVersion(source.versionId);
      if (request.where !== undefined) await rooms.data.checkExpression(version.id, request.where);
      return {
        source: { kind: 'version', versionId: version.id },
        name: `${version.dataset}-v${version.version}`,
        columns: version.columns.map(({ name }) => name),
        rows: request.where === undefined ? version.rows : null,
      };
    }
    case 'batch': {
      const batch = await rooms.batches.get(source.batchId);
      const { predicted, rejected } = batch;
      fileOfBatch(batch, source);
      return {
        source,
        name: `${source.rows}-${batch.model}-${batch.version}-${batch.sourceName}`,
        columns: null,
        rows: source.rows === 'rejects' ? rejected : predicted,
      };
    }
    case 'diff': {
      const diff = await rooms.diffs.get(source.diffId);
      const { added, removed, changed } = diff.rows;
      const rows = { added, removed, changed: changed ?? 0, all: added + removed + (changed ?? 0) };
      return {
        source,
        name: `${diff.baseName}-to-${diff.otherName}-${source.rows === 'all' ? 'differences' : source.rows}`,
        columns: null,
        rows: rows[source.rows],
      };
    }
  }
}

function refuseChoice({ columns, where }: DataExportRequest): void {
  const problems = Object.entries({ columns, where }).flatMap(([name, value]): Problem[] =>
    value === undefined
      ? []
      : [{ path: `/${name}`, message: 'can be chosen of versions of datasets alone', expected: 'nothing' }],
  );
  if (problems.length > 0)
    throw new AssayError('request/invalid', 'Rows and columns can be chosen of versions of datasets alone', {
      problems,
    });
}

type Batch = Awaited<ReturnType<ExportRooms['batches']['get']>>;

function fileOfBatch(
  { id, output, rejects, format }: Batch,
  { rows }: { rows: 'predictions' | 'rejects' },
): { digest: string } {
  const file = rows === 'rejects' ? rejects : output;
  if (file === null)
    throw new AssayError('batch-predictions/no-output', `The batch prediction ${id} has no file of ${rows}`);
  if (format !== 'parquet')
    throw new AssayError(
      'request/invalid',
      `The ${rows} were written as ${format.toUpperCase()}, which has no types any more: download that file`,
      { problems: [{ path: '/source/batchId', message: `its files are ${format}`, expected: 'parquet' }] },
    );
  return file;
}

/** Makes ready what the process reads, in `folder` where it is no file yet. */
export async function openTable(
  rooms: ExportRooms,
  source: DataExportSource,
  folder: string,
): Promise<ExportTable> {
  switch (source.kind) {
    case 'version':
      return { kind: 'files', files: await rooms.data.snapshotFiles(source.versionId) };
    case 'batch': {
      const { digest } = fileOfBatch(await rooms.batches.get(source.batchId), source);
      const path = join(folder, 'batch.parquet');
      await rooms.artifacts.copyTo(digest, path);
      return { kind: 'files', files: [path] };
    }
    case 'diff':
      return { kind: 'diff', versions: await rooms.diffs.differing(source.diffId), rows: source.rows };
  }
}
