import type { DatasetPushResult, ImportResult, Job } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import { createRemoteHttp } from '../http/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import type { RemotesService } from '../remotes/index.ts';
import { withoutSecrets } from '../secrets/index.ts';
import type { Clock } from '../system/index.ts';
import { openDatasetStore } from './dataset-store.ts';
import { listDatasets } from './remote-version.ts';
import type { TransferJobInput, TransferJobOutput } from './transfer-job.ts';

export type DatasetRemotes = {
  /** Datasets that lie at a target. Errors: those of targets. */
  list(target: string): Promise<{ dataset: string; versions: number[] }[]>;
  /** Sends a version (id or reference) to a target: a job whose result is a DatasetPushResult. */
  push(versionId: string, target: string, parentJobId?: string | null): Promise<Job>;
  /** Fetches a version from a target: a job whose result is an ImportResult. */
  pull(
    target: string,
    request: { ref: string; as?: string | undefined },
    parentJobId?: string | null,
  ): Promise<Job>;
};

export type DatasetRemotesOptions = {
  jobs: JobQueue;
  data: Pick<
    DataService,
    'resolveVersion' | 'getVersion' | 'profile' | 'snapshotLayout' | 'addVersion' | 'listVersions'
  >;
  remotes: Pick<RemotesService, 'ready'>;
  clock: Clock;
  /** Folder of the snapshots. */
  dir: string;
};

/** Somebody waits for the answer. */
const LIST_MS = 20_000;

type Push = { versionId: string; target: string };
type Pull = { target: string; ref: string; as: string | null };

/** Kinds of targets that keep files. */
const keepers = new Set(['folder', 's3', 'azure', 'gcs']);

/** Opens the room that sends and fetches versions of data and registers its job handlers: call before the queue starts. */
export function createDatasetRemotes(options: DatasetRemotesOptions): DatasetRemotes {
  const { jobs, data, remotes } = options;
  const shared = { maxAttempts: 3, resumable: true, takesSlot: true };
  const targetOf = async (name: string) => {
    const { row, config, hidden } = await remotes.ready(name);
    if (!keepers.has(row.kind))
      throw new AssayError(
        'targets/unsupported',
        `${row.name} keeps no datasets; a folder, S3, Azure or Google Cloud Storage does.`,
      );
    return { name: row.name, kind: row.kind, config, hidden };
  };

  jobs.register<Push, TransferJobOutput>({
    ...shared,
    kind: 'push-data',
    async prepare({ versionId, target }): Promise<TransferJobInput> {
      const { kind, config, hidden } = await targetOf(target);
      const {
        id,
        addedBytes: _a,
        files: _f,
        createdAtMs: _c,
        deletedAtMs: _d,
        ...version
      } = await data.getVersion(versionId);
      const { files, manifest } = await data.snapshotLayout(id);
      const known = files.map(({ digest, rows, sizeBytes }) => ({ digest, rows, sizeBytes }));
      return {
        kind,
        config,
        hidden,
        work: {
          type: 'push',
          version: { ...version, profile: await data.profile(id), files: known },
          paths: files.map(({ path }) => path),
          manifest,
        },
      };
    },
    async onSuccess(output, job): Promise<DatasetPushResult> {
      if (output.type !== 'pushed') throw new AssayError('internal', 'the job did other work');
      const { versionId, target } = job.input as Push;
      const { dataset, version, digest, files } = await data.getVersion(versionId);
      const { where, sentFiles, sentBytes } = output;
      return { target, dataset, version, digest, where, files, sentFiles, sentBytes };
    },
  });

  jobs.register<Pull, TransferJobOutput>({
    ...shared,
    kind: 'pull-data',
    async prepare({ target, ref }): Promise<TransferJobInput> {
      const { kind, config, hidden } = await targetOf(target);
      return { kind, config, hidden, work: { type: 'pull', ref, folder: options.dir } };
    },
    async onSuccess(output, job): Promise<ImportResult> {
      if (output.type !== 'pulled') throw new AssayError('internal', 'the job did other work');
      const { as } = job.input as Pull;
      const { version, snapshot } = output;
      const dataset = as ?? version.dataset;
      const there = await versionWith(dataset, version.digest);
      if (there !== null) return there;
      const { columns, source, sourceName, options: read, badRows, profile, note, tags } = version;
      return data.addVersion(
        { dataset, columns, source, sourceName, options: read, badRows, profile, note, tags },
        snapshot,
      );
    },
  });

  /** A version of the dataset with the same content, so that fetching it twice makes no second one. */
  const versionWith = async (dataset: string, digest: string): Promise<ImportResult | null> => {
    const page = await data
      .listVersions(dataset, { filter: `digest = '${digest}'`, limit: 1 })
      .catch((thrown: unknown) => {
        if (thrown instanceof AssayError && thrown.code === 'datasets/not-found') return null;
        throw thrown;
      });
    const [found] = page?.items ?? [];
    if (found === undefined) return null;
    const { id: versionId, version, rows, badRows } = found;
    return { versionId, dataset, version, digest, rows, badRows, created: false };
  };

  return {
    async list(target) {
      const { kind, config, hidden } = await targetOf(target);
      const signal = AbortSignal.timeout(LIST_MS);
      const http = createRemoteHttp({ signal, onRetry() {} });
      try {
        const nowMs = () => options.clock.nowMs();
        return await listDatasets(openDatasetStore(kind, config, { http, signal, nowMs }));
      } catch (thrown) {
        if (!(thrown instanceof AssayError)) throw thrown;
        const { code, message, hint } = thrown;
        throw new AssayError(code, withoutSecrets(message, hidden), { hint: withoutSecrets(hint, hidden) });
      } finally {
        http.close();
      }
    },

    async push(reference, target, parentJobId = null) {
      const { id, dataset, version } = await data.resolveVersion(reference);
      const { name } = await targetOf(target);
      const input: Push = { versionId: id, target: name };
      return jobs.submit({
        kind: 'push-data',
        title: `Send ${dataset} v${version} to ${name}`,
        input,
        parentId: parentJobId,
        dedupKey: `push-data:${name}:${id}`,
      });
    },

    async pull(target, { ref, as = null }, parentJobId = null) {
      const { name } = await targetOf(target);
      const input: Pull = { target: name, ref, as: as ?? null };
      return jobs.submit({
        kind: 'pull-data',
        title: `Fetch ${ref} from ${name}`,
        input,
        parentId: parentJobId,
        dedupKey: `pull-data:${name}:${ref}:${as ?? ''}`,
      });
    },
  };
}
