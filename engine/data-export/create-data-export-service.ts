import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  DataExportRequest,
  DataExportResult,
  type DatasetVersion,
  type Job,
  type Problem,
} from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { ExportJobInput, ExportJobOutput } from './export-job.ts';

export type DataExportService = {
  /** Writes rows of a version (id or reference) to a file: a job whose result is a DataExportResult. */
  start(versionId: string, request: DataExportRequest, parentJobId?: string | null): Promise<Job>;
  /** The file of a finished export. Errors: datasets/export-not-found. */
  find(
    exportId: string,
  ): Promise<DataExportResult & { open(range?: { start: number; end: number }): Promise<Readable> }>;
};

export type DataExportOptions = {
  jobs: JobQueue;
  data: Pick<DataService, 'resolveVersion' | 'getVersion' | 'checkExpression' | 'snapshotFiles'>;
  artifacts: Pick<ArtifactStore, 'putFile' | 'open' | 'has'>;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
};

/** What a job is submitted with. */
type Submitted = { versionId: string; request: DataExportRequest };

const DUCKDB_SHARE = 0.5;
const MOST_DUCKDB_MB = 2048;

/** Opens the room that writes rows to files and registers its job handler: call before the queue starts. */
export function createDataExportService(options: DataExportOptions): DataExportService {
  const { jobs, data, artifacts } = options;
  jobs.register<Submitted, ExportJobOutput>({
    kind: 'export-data',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare({ versionId, request }): Promise<ExportJobInput> {
      const version = await data.getVersion(versionId);
      return {
        files: await data.snapshotFiles(versionId),
        rows: version.rows,
        columns: request.columns ?? version.columns.map(({ name }) => name),
        request,
        memoryMb: Math.floor(Math.min(MOST_DUCKDB_MB, options.jobMemoryMb() * DUCKDB_SHARE)),
      };
    },
    async onSuccess({ path, rows }, job): Promise<DataExportResult> {
      const { versionId, request } = job.input as Submitted;
      const { digest, sizeBytes } = await artifacts.putFile(path);
      const name = fileName(await data.getVersion(versionId), request);
      return { exportId: job.id, name, rows, sizeBytes, digest };
    },
  });

  return {
    async start(reference, request, parentJobId = null) {
      const asked = DataExportRequest.parse(request);
      const version = await data.resolveVersion(reference);
      checkColumns(version, asked.columns ?? []);
      if (asked.where !== undefined) await data.checkExpression(version.id, asked.where);
      const input: Submitted = { versionId: version.id, request: asked };
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'export-data',
        title: `Export ${version.dataset} v${version.version} as ${asked.format}`,
        input,
        parentId: parentJobId,
        dedupKey: `export-data:${key}`,
      });
    },

    async find(exportId) {
      const job = await jobs.get(exportId).catch(() => null);
      const result = DataExportResult.safeParse(job?.kind === 'export-data' ? job.result : null);
      if (!result.success || !(await artifacts.has(result.data.digest)))
        throw new AssayError(
          'datasets/export-not-found',
          `There is no file of the export ${exportId} any more`,
        );
      return { ...result.data, open: (range) => artifacts.open(result.data.digest, range) };
    },
  };
}

function checkColumns({ columns, dataset, version }: DatasetVersion, wanted: readonly string[]): void {
  const names = columns.map(({ name }) => name);
  const problems = wanted.flatMap((name, index): Problem[] =>
    names.includes(name)
      ? []
      : [
          {
            path: `/columns/${index}`,
            message: `${dataset} v${version} has no column "${name}"`,
            expected: names.join(', '),
          },
        ],
  );
  const [first] = problems;
  if (first !== undefined) throw new AssayError('request/invalid', first.message, { problems });
}

function fileName({ dataset, version }: DatasetVersion, { format, compress }: DataExportRequest): string {
  const packed = format === 'parquet' ? '' : { none: '', gzip: '.gz', zstd: '.zst' }[compress];
  return `${dataset}-v${version}.${format}${packed}`;
}
