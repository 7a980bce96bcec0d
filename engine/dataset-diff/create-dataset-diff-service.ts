import { createHash } from 'node:crypto';
import {
  type Column,
  DatasetDiff,
  DatasetDiffRequest,
  type DatasetVersion,
  DiffRow,
  type DiffRowKind,
  DriftSettings,
  type Problem,
} from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { JobHandler, JobQueue } from '../jobs/index.ts';
import type { Store } from '../store/index.ts';
import type { Clock } from '../system/index.ts';
import type { DatasetDiffService } from './dataset-diff-service.ts';
import type { DiffJobInput, DiffJobOutput } from './diff-job.ts';
import { keyCandidates } from './find-key.ts';
import type { VersionFiles } from './version-files.ts';

export type DatasetDiffOptions = {
  store: Store;
  jobs: JobQueue;
  data: Pick<DataService, 'resolveVersion' | 'getVersion' | 'profile' | 'snapshotLayout'>;
  clock: Clock;
  /** Memory that a job process may take, in MB. */
  jobMemoryMb(): number;
};

/** What a job is submitted with. */
type DiffInput = { base: string; other: string; key: string[] | null };

/** Rows stored together. */
const PAGE_ROWS = 100;
const DUCKDB_SHARE = 0.5;
/** Of 10 million rows × 20 columns that all differ, the job's process took 1.6 GB with this and 2.7 GB with 2,048. */
const MOST_DUCKDB_MB = 1200;

/** Opens the room that compares versions and registers its job handler: call before the queue starts. */
export function createDatasetDiffService(options: DatasetDiffOptions): DatasetDiffService {
  const { store, jobs, data } = options;
  const { db } = store;

  const load = async (diffId: string) => {
    const row = await db
      .selectFrom('dataset_diffs')
      .select(['pk', 'body'])
      .where('id', '=', diffId)
      .executeTakeFirst();
    if (row === undefined)
      throw new AssayError('datasets/diff-not-found', `There is no comparison ${diffId}`);
    return { pk: row.pk, diff: DatasetDiff.parse(JSON.parse(row.body)) };
  };

  const filesOf = async ({ id, ...version }: DatasetVersion): Promise<VersionFiles> => {
    const { files, manifest } = await data.snapshotLayout(id);
    let start = 0;
    return {
      id,
      name: nameOf({ id, ...version }),
      columns: version.columns.map(({ name, type }) => ({ name, type })),
      rows: version.rows,
      files: files.map((file) => {
        start += file.rows;
        return { ...file, start: start - file.rows };
      }),
      manifest,
    };
  };
  jobs.register(diffHandler(options, filesOf));

  return {
    async start(versionId, request, parentJobId = null) {
      const asked = DatasetDiffRequest.parse(request);
      const base = await data.resolveVersion(versionId);
      const other = await data.resolveVersion(asked.with);
      checkKey(asked.key ?? [], base, other);
      const input: DiffInput = { base: base.id, other: other.id, key: asked.key ?? null };
      const hash = createHash('sha256').update(JSON.stringify(input)).digest('hex');
      return jobs.submit({
        kind: 'diff',
        title: `Compare ${nameOf(base)} with ${nameOf(other)}`,
        input,
        parentId: parentJobId,
        dedupKey: `diff:${hash}`,
      });
    },

    async find(baseVersionId, otherVersionId) {
      const rows = await db
        .selectFrom('dataset_diffs')
        .select('body')
        .where('base_version_id', '=', baseVersionId)
        .where('other_version_id', '=', otherVersionId)
        .orderBy('pk', 'desc')
        .limit(20)
        .execute();
      return rows.map((row) => DatasetDiff.parse(JSON.parse(row.body)));
    },

    get: async (diffId) => (await load(diffId)).diff,

    async rows(diffId, kind, offset, limit) {
      const { pk, diff } = await load(diffId);
      const pages = await db
        .selectFrom('dataset_diff_rows')
        .select('body')
        .where('diff_pk', '=', pk)
        .where('kind', '=', kind)
        .where('page', '>=', Math.floor(offset / PAGE_ROWS))
        .where('page', '<=', Math.floor((offset + limit - 1) / PAGE_ROWS))
        .orderBy('page')
        .execute();
      const rows = pages.flatMap((page) => DiffRow.array().parse(JSON.parse(page.body)));
      const skip = offset % PAGE_ROWS;
      return {
        columns: columnsOf(diff),
        rows: rows.slice(skip, skip + limit),
        offset,
        total: diff.kept[kind],
      };
    },

    async differing(diffId) {
      const { diff } = await load(diffId);
      const [base, other] = await Promise.all([
        data.getVersion(diff.baseVersionId),
        data.getVersion(diff.otherVersionId),
      ]);
      const { key, columns } = diff;
      return { base: await filesOf(base), other: await filesOf(other), key, columns };
    },
  };
}

function nameOf({ dataset, version }: DatasetVersion): string {
  return `${dataset} v${version}`;
}

function columnsOf({ columns }: DatasetDiff): Column[] {
  return columns.flatMap(({ name, before, after }) => {
    const type = after ?? before;
    return type === null ? [] : [{ name, type, nullable: true }];
  });
}

function checkKey(key: readonly string[], base: DatasetVersion, other: DatasetVersion): void {
  const problems = key.flatMap((name, index) =>
    [base, other].flatMap((version): Problem[] =>
      version.columns.some((column) => column.name === name)
        ? []
        : [
            {
              path: `/key/${index}`,
              message: `${nameOf(version)} has no column "${name}"`,
              expected: version.columns.map((column) => column.name).join(', '),
            },
          ],
    ),
  );
  const [first] = problems;
  if (first !== undefined) throw new AssayError('request/invalid', first.message, { problems });
}

function diffHandler(
  options: DatasetDiffOptions,
  filesOf: (version: DatasetVersion) => Promise<VersionFiles>,
): JobHandler<unknown, DiffJobOutput> {
  const { store, data, clock } = options;
  const profiled = async ({ id, rows, columns }: DatasetVersion) => {
    const profile = await data.profile(id);
    const found = new Map(profile.columns.map((column) => [column.name, column]));
    return {
      rows,
      columns: columns.flatMap(({ name, type }) => {
        const column = found.get(name);
        return column === undefined
          ? []
          : [{ name, type, distinct: column.distinct, missing: column.missing }];
      }),
    };
  };
  const versionsOf = async ({ base, other }: DiffInput) => ({
    base: await data.getVersion(base),
    other: await data.getVersion(other),
  });

  return {
    kind: 'diff',
    maxAttempts: 2,
    resumable: true,
    takesSlot: true,
    async prepare(input): Promise<DiffJobInput> {
      const asked = input as DiffInput;
      const { base, other } = await versionsOf(asked);
      return {
        base: await filesOf(base),
        other: await filesOf(other),
        key: asked.key,
        candidates: asked.key === null ? keyCandidates(await profiled(base), await profiled(other)) : [],
        drift: DriftSettings.parse({}),
        memoryMb: Math.floor(Math.min(MOST_DUCKDB_MB, options.jobMemoryMb() * DUCKDB_SHARE)),
      };
    },
    async onSuccess({ diff: found, rows }, job): Promise<{ diffId: string }> {
      const { base, other } = await versionsOf(job.input as DiffInput);
      const diff: DatasetDiff = {
        // One a job: kept twice after a crash, it is still one.
        id: job.id.replace(/^job_/, 'dif_'),
        baseVersionId: base.id,
        otherVersionId: other.id,
        baseName: nameOf(base),
        otherName: nameOf(other),
        ...found,
        createdAtMs: clock.nowMs(),
      };
      await store.transaction(async (trx) => {
        const { pk } = await trx
          .insertInto('dataset_diffs')
          .values({
            id: diff.id,
            base_version_id: base.id,
            other_version_id: other.id,
            body: JSON.stringify(diff),
            created_at_ms: diff.createdAtMs,
          })
          .onConflict((conflict) => conflict.column('id').doUpdateSet({ body: JSON.stringify(diff) }))
          .returning('pk')
          .executeTakeFirstOrThrow();
        await trx.deleteFrom('dataset_diff_rows').where('diff_pk', '=', pk).execute();
        for (const [kind, all] of Object.entries(rows) as [DiffRowKind, DiffRow[]][])
          for (let first = 0; first < all.length; first += PAGE_ROWS)
            await trx
              .insertInto('dataset_diff_rows')
              .values({
                diff_pk: pk,
                kind,
                page: first / PAGE_ROWS,
                body: JSON.stringify(all.slice(first, first + PAGE_ROWS)),
              })
              .execute();
      });
      return { diffId: diff.id };
    },
  };
}
