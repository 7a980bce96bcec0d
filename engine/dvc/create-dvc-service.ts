import { createHash } from 'node:crypto';
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DvcExportRequest,
  type DvcExportResult,
  type DvcInspection,
  exportFormatOf,
  type Job,
} from '../../local-api/contract/index.ts';
import type { ConnectionsService } from '../connections/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { JobQueue, RunBeside } from '../jobs/index.ts';
import { loadDvcConfig } from './dvc-config.ts';
import type { DvcExportInput } from './export-job.ts';
import { namedPlace } from './export-place.ts';
import { type InspectedDvc, remotesOf } from './inspect-dvc.ts';
import { readyStores } from './ready-stores.ts';

export type DvcService = {
  /** What a path of DVC names. Errors: `datasets/source-not-found`, `dvc/bad-file`. */
  inspect(path: string, signal?: AbortSignal): Promise<DvcInspection>;
  /**
   * Writes a version (id or reference) as a file that DVC keeps: a job whose result is a DvcExportResult. Errors: those of the
   * version, `dvc/…`, `connections/not-found`, `datasets/bad-expression`, `request/invalid`.
   */
  export(versionId: string, request: DvcExportRequest, parentJobId?: string | null): Promise<Job>;
};

export type DvcServiceOptions = {
  jobs: JobQueue;
  connections: Pick<ConnectionsService, 'list' | 'ready'>;
  data: Pick<DataService, 'resolveVersion' | 'getVersion' | 'checkExpression' | 'snapshotFiles'>;
  runBeside: RunBeside;
  /** For previews; emptied by whoever owns it. */
  tmpDir: string;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
};

type Submitted = { versionId: string; request: DvcExportRequest };

const INSPECT_MB = 512;
const INSPECT_SECONDS = 50;
const DUCKDB_SHARE = 0.5;
const MOST_DUCKDB_MB = 2048;

/** Opens the room that knows repositories of DVC and registers its job handler: call before the queue starts. */
export function createDvcService(options: DvcServiceOptions): DvcService {
  const { jobs, connections, data, runBeside, tmpDir } = options;

  /** Credentials, and what can be told early; what needs more than a look at names is told by the job. */
  const placeOf = async ({ repository, out, push, connection }: DvcExportRequest) => {
    const { config, name } = await namedPlace(repository, out);
    const stores =
      push === undefined ? {} : await readyStores(config, connections, connection, '/connection');
    return { stores, name };
  };

  jobs.register<Submitted, DvcExportResult>({
    kind: 'export-dvc',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare({ versionId, request }): Promise<DvcExportInput> {
      const { dataset, version, digest, rows } = await data.getVersion(versionId);
      const { stores } = await placeOf(request);
      const { repository: folder, out, force, push = null, where, columns } = request;
      return {
        folder,
        out,
        force,
        push,
        stores,
        hidden: Object.values(stores).flatMap(({ hidden }) => hidden),
        files: await data.snapshotFiles(versionId),
        title: `${dataset}-v${version}`,
        rows: where === undefined ? rows : null,
        request: {
          ...formatOf(request),
          ...(where === undefined ? {} : { where }),
          ...(columns === undefined ? {} : { columns }),
        },
        memoryMb: Math.floor(Math.min(MOST_DUCKDB_MB, options.jobMemoryMb() * DUCKDB_SHARE)),
        meta: { dataset, version, digest },
      };
    },
    onSuccess: async (result) => result,
  });

  return {
    async inspect(path, signal) {
      await mkdir(tmpDir, { recursive: true });
      const folder = await mkdtemp(join(tmpDir, 'dvc-'));
      try {
        const limits = { folder, memoryMb: INSPECT_MB, seconds: INSPECT_SECONDS, signal };
        const { dvcDir, ...inspected } = (await runBeside('inspect-dvc', { path }, limits)) as InspectedDvc;
        const remotes =
          dvcDir === null ? [] : remotesOf(await loadDvcConfig(dvcDir), await connections.list());
        return { ...inspected, remotes };
      } finally {
        await rm(folder, { recursive: true, force: true });
      }
    },

    async export(reference, asked, parentJobId = null) {
      const request = DvcExportRequest.parse(asked);
      formatOf(request);
      const version = await data.resolveVersion(reference);
      refuseColumns(request, version);
      if (request.where !== undefined) await data.checkExpression(version.id, request.where);
      const { name } = await placeOf(request);
      const input: Submitted = { versionId: version.id, request };
      const key = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'export-dvc',
        title: `Write ${version.dataset} v${version.version} as ${name} for DVC`,
        input,
        parentId: parentJobId,
        dedupKey: `export-dvc:${key}`,
      });
    },
  };
}

/** Errors: `request/invalid` where the ending of the file names no format. */
function formatOf({ out, format }: DvcExportRequest) {
  const found = exportFormatOf(out, format);
  if (found !== null) return found;
  const message = `The ending of ${out} names no format`;
  throw new AssayError('request/invalid', message, {
    problems: [{ path: '/out', message, expected: '.parquet, .csv, .csv.gz, .jsonl, .arrow …, or a format' }],
  });
}

function refuseColumns(
  { columns = [] }: DvcExportRequest,
  version: { dataset: string; version: number; columns: readonly { name: string }[] },
): void {
  const names = version.columns.map(({ name }) => name);
  const problems = columns.flatMap((wanted, index) => {
    const message = `${version.dataset} v${version.version} has no column "${wanted}"`;
    return names.includes(wanted) ? [] : [{ path: `/columns/${index}`, message, expected: names.join(', ') }];
  });
  const [first] = problems;
  if (first !== undefined) throw new AssayError('request/invalid', first.message, { problems });
}
