import type {
  Transform,
  TransformCheck,
  TransformDefinition,
  TransformRun,
} from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { quoteIdentifier } from '../duckdb/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { list, type Store } from '../store/index.ts';
import type { Clock, Ids, Logger } from '../system/index.ts';
import { createAutoRuns, type Standing } from './auto-runs.ts';
import { emptyTable } from './check-step.ts';
import { checkDependencies, nodeOf } from './dependencies.ts';
import { freshness } from './freshness.ts';
import { type InputTable, planTransform, readDefinition } from './plan-transform.ts';
import { badDefinition, createPreviewer } from './preview-rows.ts';
import { definitionDigest, inputEnds, type ResolvedInputs, resolveInputs, runKey } from './resolve-inputs.ts';
import {
  createTransformBook,
  definitionOf,
  type RunRow,
  type TransformRow,
  toRun,
  transformListing,
} from './transform-book.ts';
import { transformHandler } from './transform-handler.ts';
import type { TransformService } from './transform-service.ts';

export type TransformServiceOptions = {
  store: Store;
  jobs: JobQueue;
  events: EventBus;
  data: DataService;
  clock: Clock;
  ids: Ids;
  logger: Logger;
  /** Folder of the snapshots, for previews. */
  datasetsDir: string;
  tmpDir: string;
  jobMemoryMb(): number;
};

/** Opens the transforms and registers their job handler: call before the queue starts. */
export function createTransformService(options: TransformServiceOptions): TransformService {
  const { store, jobs, events, data, clock, ids } = options;
  const { db } = store;
  const book = createTransformBook(store);
  const previewer = createPreviewer(options);

  const tell = (
    { id: transformId, name: transform }: Pick<TransformRow, 'id' | 'name'>,
    change: 'created' | 'updated' | 'deleted' | 'started' | 'ended',
    text?: string,
  ): void =>
    events.emit(
      { type: 'transform.changed', data: { transformId, transform, change } },
      text === undefined ? undefined : { text, link: `/transforms/${encodeURIComponent(transform)}` },
    );

  const plan = async (definition: TransformDefinition, { versions, problems }: ResolvedInputs) => {
    const tables = new Map(
      [...versions].map(([alias, { columns }]): [string, InputTable] => [
        alias,
        { columns, from: emptyTable(columns, quoteIdentifier) },
      ]),
    );
    // Without an input what it would give is not known.
    if (problems.length > 0) return { problems, steps: [], columns: [], sql: null, outputs: [] };
    return planTransform(await previewer.db(), definition, tables);
  };

  const standingOf = async (row: TransformRow): Promise<Standing> => {
    const definition = definitionOf(await book.versionRow(row, row.version));
    const [resolved, last, made] = await Promise.all([
      resolveInputs(data, definition),
      book.lastRun(row.pk),
      book.lastRun(row.pk, 'succeeded'),
    ]);
    const now = resolved.problems.length > 0 ? null : inputEnds(resolved.versions);
    const lastRun = last === undefined ? null : toRun(last, row);
    const wantedKey = now === null ? null : runKey(definition, now);
    const { state, reasons } = freshness({
      version: row.version,
      now,
      missing: resolved.problems.map(({ message }) => message),
      wantedKey,
      last:
        last && lastRun ? { state: last.state, key: last.key, message: lastRun.error?.message ?? '' } : null,
      made: made ? { version: made.version, key: made.key, inputs: toRun(made, row).inputs } : null,
    });
    const transform = {
      id: row.id,
      name: row.name,
      description: row.description,
      auto: row.auto === 1,
      version: row.version,
      definition,
      state,
      reasons,
      lastRun,
      createdAtMs: row.created_at_ms,
      updatedAtMs: row.updated_at_ms,
    };
    const gaveUp = last !== undefined && last.state !== 'succeeded' && last.key === wantedKey;
    return { transform, canRun: now !== null && !gaveUp };
  };

  const stateOf = async (row: TransformRow): Promise<Transform> => (await standingOf(row)).transform;

  /** The run that has computed the same, when what it made is still there. */
  const computed = async (key: string): Promise<RunRow | null> => {
    for (const run of await book.succeeded(key)) {
      const ends = toRun(run, { id: '', name: '' }).outputs;
      const found = await Promise.all(
        ends.map(({ versionId }) => data.getVersion(versionId).catch(() => null)),
      );
      if (found.every((version) => version !== null)) return run;
    }
    return null;
  };

  const start = async (
    row: TransformRow,
    how: {
      version?: number | undefined;
      force: boolean;
      trigger: 'hand' | 'auto';
      parentJobId: string | null;
    },
  ): Promise<TransformRun> => {
    const version = how.version ?? row.version;
    const definition = definitionOf(await book.versionRow(row, version));
    const resolved = await resolveInputs(data, definition);
    const { problems } = await plan(definition, resolved);
    if (problems.length > 0) throw badDefinition(problems);
    const inputs = inputEnds(resolved.versions);
    const key = runKey(definition, inputs);
    const nowMs = clock.nowMs();
    const run = {
      id: ids.id('trn'),
      transform_pk: row.pk,
      version,
      trigger: how.trigger,
      key,
      inputs: JSON.stringify(inputs),
      error: null,
      created_at_ms: nowMs,
    };
    const same = how.force ? null : await computed(key);
    if (same !== null) {
      await book.addRun({
        ...run,
        state: 'succeeded',
        cached: 1,
        job_id: null,
        outputs: same.outputs,
        ended_at_ms: nowMs,
      });
      tell(row, 'ended');
      return toRun(await book.runRow(run.id), row);
    }
    const running = (await book.running()).find(
      (other) => other.transform_pk === row.pk && other.key === key,
    );
    if (running !== undefined) return toRun(running, row);
    const jobId = jobs.newJobId();
    await book.addRun({
      ...run,
      state: 'running',
      cached: 0,
      job_id: jobId,
      outputs: '[]',
      ended_at_ms: null,
    });
    try {
      await jobs.submit({
        id: jobId,
        kind: 'transform',
        title: `Transform ${row.name} v${version}`,
        input: { runId: run.id },
        parentId: how.parentJobId,
      });
    } catch (thrown) {
      await book.changeRun(run.id, { state: 'cancelled', ended_at_ms: clock.nowMs() });
      throw thrown;
    }
    tell(row, 'started');
    return toRun(await book.runRow(run.id), row);
  };

  const auto = createAutoRuns({
    events,
    logger: options.logger,
    transforms: async () => {
      const rows = await book.all();
      return Promise.all(rows.filter((row) => row.auto === 1).map(standingOf));
    },
    run: async (transform) => {
      await start(await book.rowOf(transform.id), { force: false, trigger: 'auto', parentJobId: null });
    },
  });

  jobs.register(
    transformHandler({
      book,
      data,
      clock,
      jobMemoryMb: options.jobMemoryMb,
      onEnd: async (run) => {
        const row = await book.byPk(run.transform_pk);
        tell(row, 'ended');
        auto.look();
      },
    }),
  );

  const outputText = ({ outputs }: TransformCheck): string =>
    outputs.map(({ dataset }) => dataset).join(', ');

  const service: TransformService = {
    list: (query) =>
      list(db, transformListing, query, {
        load: async (keys) => {
          const rows = await book.byKeys(keys);
          return new Map(await Promise.all(rows.map(async (row) => [row.pk, await stateOf(row)] as const)));
        },
      }),
    get: async (transform) => stateOf(await book.rowOf(transform)),

    async save({ name, definition, description, auto: isAuto, note }) {
      const checked = await service.check(definition);
      if (checked.problems.length > 0) {
        throw badDefinition(
          checked.problems.map((problem) => ({ ...problem, path: `/definition${problem.path}` })),
        );
      }
      const others = (await book.all()).filter((row) => row.name.toLowerCase() !== name.toLowerCase());
      const nodes = await Promise.all(
        others.map(async (row) => nodeOf(row.name, definitionOf(await book.versionRow(row, row.version)))),
      );
      checkDependencies(nodeOf(name, definition), nodes);
      const nowMs = clock.nowMs();
      const digest = definitionDigest(definition);
      const row = await store.transaction(async (trx) => {
        const known = await trx
          .selectFrom('transforms')
          .selectAll()
          .where('name', '=', name)
          .executeTakeFirst();
        const values = { description: description ?? known?.description ?? '', updated_at_ms: nowMs };
        const auto = (isAuto ?? known?.auto === 1) ? (1 as const) : (0 as const);
        const newest =
          known &&
          (await trx
            .selectFrom('transform_versions')
            .select('digest')
            .where('transform_pk', '=', known.pk)
            .where('version', '=', known.version)
            .executeTakeFirst());
        const version = newest?.digest === digest ? (known?.version ?? 1) : (known?.version ?? 0) + 1;
        const saved = known
          ? await trx
              .updateTable('transforms')
              .set({ ...values, auto, version })
              .where('pk', '=', known.pk)
              .returningAll()
              .executeTakeFirstOrThrow()
          : await trx
              .insertInto('transforms')
              .values({ ...values, id: ids.id('trf'), name, auto, version, created_at_ms: nowMs })
              .returningAll()
              .executeTakeFirstOrThrow();
        if (newest?.digest !== digest) {
          await trx
            .insertInto('transform_versions')
            .values({
              transform_pk: saved.pk,
              version,
              digest,
              definition: JSON.stringify(definition),
              note,
              created_at_ms: nowMs,
            })
            .execute();
        }
        return saved;
      });
      const isNew = row.created_at_ms === nowMs && row.version === 1;
      tell(
        row,
        isNew ? 'created' : 'updated',
        isNew ? `Transform ${row.name} was made: it writes ${outputText(checked)}` : undefined,
      );
      auto.look();
      return stateOf(row);
    },

    async update(transform, patch) {
      const { pk } = await book.rowOf(transform);
      const row = await db
        .updateTable('transforms')
        .set({
          ...(patch.description === undefined ? {} : { description: patch.description }),
          ...(patch.auto === undefined ? {} : { auto: patch.auto ? (1 as const) : (0 as const) }),
          updated_at_ms: clock.nowMs(),
        })
        .where('pk', '=', pk)
        .returningAll()
        .executeTakeFirstOrThrow();
      tell(row, 'updated');
      auto.look();
      return stateOf(row);
    },

    async delete(transform) {
      const row = await book.rowOf(transform);
      const running = (await book.running()).filter(({ transform_pk }) => transform_pk === row.pk);
      for (const { job_id } of running) if (job_id !== null) await jobs.cancel(job_id).catch(() => {});
      await db.deleteFrom('transforms').where('pk', '=', row.pk).execute();
      tell(row, 'deleted', `Transform ${row.name} was deleted`);
    },

    versions: async (transform) => book.versions(await book.rowOf(transform)),
    runs: async (transform, query) => book.runs(await book.rowOf(transform), query),
    async getRun(runId) {
      const run = await book.runRow(runId);
      return toRun(run, await book.byPk(run.transform_pk));
    },

    async check(sent) {
      const read = readDefinition(sent);
      if ('problems' in read)
        return { problems: read.problems, steps: [], columns: [], sql: null, outputs: [] };
      const { problems, steps, columns, sql, outputs } = await plan(
        read.definition,
        await resolveInputs(data, read.definition),
      );
      return {
        problems,
        steps,
        columns,
        sql,
        outputs: outputs.map(({ part, dataset }) => ({ part, dataset })),
      };
    },

    async preview(definition, how) {
      const { versions, problems } = await resolveInputs(data, definition);
      if (problems.length > 0) throw badDefinition(problems);
      const inputs = new Map(
        await Promise.all(
          [...versions].map(async ([alias, version]) => {
            return [alias, { version, files: await data.snapshotFiles(version.id) }] as const;
          }),
        ),
      );
      return previewer.preview(definition, inputs, how);
    },

    async run(transform, how = {}) {
      const row = await book.rowOf(transform);
      return start(row, {
        version: how.version,
        force: how.force ?? false,
        trigger: 'hand',
        parentJobId: how.parentJobId ?? null,
      });
    },

    async start() {
      for (const run of await book.running()) {
        const job = run.job_id === null ? null : await jobs.get(run.job_id).catch(notThere);
        if (job !== null && (job.state === 'queued' || job.state === 'running')) continue;
        await book.changeRun(run.id, {
          state: 'failed',
          error: JSON.stringify(job?.error ?? interrupted),
          ended_at_ms: clock.nowMs(),
        });
      }
      auto.start();
    },

    async close() {
      await auto.close();
      await previewer.close();
    },
  };
  return service;
}

const interrupted = {
  code: 'jobs/interrupted',
  message: 'The engine stopped while it ran.',
  hint: 'Run it again.',
};

function notThere(thrown: unknown): null {
  if (thrown instanceof AssayError && thrown.code === 'jobs/not-found') return null;
  throw thrown;
}
