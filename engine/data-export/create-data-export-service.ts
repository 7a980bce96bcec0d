import { createHash } from 'node:crypto';
import type { Readable } from 'node:stream';
import {
  DataExportRequest,
  DataExportResult,
  type DataExportSource,
  type Job,
  type Problem,
} from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import { AssayError } from '../errors.ts';
import type { JobQueue } from '../jobs/index.ts';
import { fileEnding, MOST_SHEET_ROWS } from '../table-files/index.ts';
import type { ExportJobInput, ExportJobOutput } from './export-job.ts';
import { type ExportRooms, openTable, type PlannedExport, planExport } from './export-source.ts';

export type DataExportService = {
  /**
   * Writes a table to a file: a job whose result is a DataExportResult. Errors: those of what is named,
   * `datasets/bad-expression`, `datasets/export-does-not-fit`, `request/invalid`.
   */
  start(source: DataExportSource, request: DataExportRequest, parentJobId?: string | null): Promise<Job>;
  /** The file of a finished export. Errors: datasets/export-not-found. */
  find(
    exportId: string,
  ): Promise<DataExportResult & { open(range?: { start: number; end: number }): Promise<Readable> }>;
};

export type DataExportOptions = ExportRooms & {
  jobs: JobQueue;
  artifacts: Pick<ArtifactStore, 'putFile' | 'open' | 'has'>;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
};

/** What a job is submitted with. */
type Submitted = { source: DataExportSource; name: string; request: DataExportRequest };

const DUCKDB_SHARE = 0.5;
const MOST_DUCKDB_MB = 2048;

/** Opens the room that writes rows to files and registers its job handler: call before the queue starts. */
export function createDataExportService(options: DataExportOptions): DataExportService {
  const { jobs, artifacts } = options;
  jobs.register<Submitted, ExportJobOutput>({
    kind: 'export-data',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare({ source, name, request }, _job, tmpDir): Promise<ExportJobInput> {
      const { rows } = await planExport(options, source, request);
      return {
        table: await openTable(options, source, tmpDir),
        title: name,
        rows,
        request,
        memoryMb: Math.floor(Math.min(MOST_DUCKDB_MB, options.jobMemoryMb() * DUCKDB_SHARE)),
      };
    },
    async onSuccess({ path, rows }, job): Promise<DataExportResult> {
      const { name, request } = job.input as Submitted;
      const { digest, sizeBytes } = await artifacts.putFile(path);
      return { exportId: job.id, name: fileName(name, request), rows, sizeBytes, digest };
    },
  });

  return {
    async start(source, request, parentJobId = null) {
      const asked = DataExportRequest.parse(request);
      const plan = await planExport(options, source, asked);
      checkRequest(plan, asked);
      const input: Submitted = { source: plan.source, name: plan.name, request: asked };
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'export-data',
        title: `Export ${plan.name} as ${asked.format}`,
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

function checkRequest({ name, columns, rows }: PlannedExport, request: DataExportRequest): void {
  const problems = (request.columns ?? []).flatMap((wanted, index): Problem[] =>
    columns === null || columns.includes(wanted)
      ? []
      : [
          {
            path: `/columns/${index}`,
            message: `${name} has no column "${wanted}"`,
            expected: columns.join(', '),
          },
        ],
  );
  if (request.format === 'arrow' && request.compress === 'gzip')
    problems.push({ path: '/compress', message: 'Arrow files know no gzip', expected: 'none or zstd' });
  const [first] = problems;
  if (first !== undefined) throw new AssayError('request/invalid', first.message, { problems });
  if (request.format === 'xlsx' && rows !== null && rows >= MOST_SHEET_ROWS)
    throw new AssayError(
      'datasets/export-does-not-fit',
      `${name} has ${rows.toLocaleString('en')} rows; a workbook holds ${(MOST_SHEET_ROWS - 1).toLocaleString('en')}`,
    );
}

function fileName(name: string, { format, compress }: DataExportRequest): string {
  const safe = name.replace(/[^\p{L}\p{N}._-]+/gu, '-').slice(0, 150);
  return `${safe}${fileEnding(format, compress)}`;
}
