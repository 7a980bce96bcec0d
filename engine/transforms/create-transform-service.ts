import type { Transform, TransformCheck } from '../../local-api/contract/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { list, type Store } from '../store/index.ts';
import type { Clock, Ids, Logger } from '../system/index.ts';
import type { ImportGuard } from '../validation/index.ts';
import { createAutoRuns } from './auto-runs.ts';
import { createDefinitionChecks } from './definition-checks.ts';
import { checkDependencies, nodeOf } from './dependencies.ts';
import { badDefinition, createPreviewer } from './preview-rows.ts';
import { resolveInputs } from './resolve-inputs.ts';
import { createRunOrigins } from './run-origins.ts';
import { createStandings } from './standing.ts';
import { createRunStarter } from './start-run.ts';
import {
  createTransformBook,
  definitionOf,
  type TransformRow,
  toRun,
  transformListing,
} from './transform-book.ts';
import { transformHandler } from './transform-handler.ts';
import type { TransformService } from './transform-service.ts';
import { writeTransform } from './write-transform.ts';

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
  /** Holds the rows of outputs against what their datasets ask for. */
  guard(): ImportGuard;
};

/** Opens the transforms and registers their job handler: call before the queue starts. */
export function createTransformService(options: TransformServiceOptions): TransformService {
  const { store, jobs, events, data, clock, ids } = options;
  const { db } = store;
  const book = createTransformBook(store);
  const previewer = createPreviewer(options);
  const checks = createDefinitionChecks({ data, previewer });
  const standingOf = createStandings({ book, data });

  const tell = (
    { id: transformId, name: transform }: Pick<TransformRow, 'id' | 'name'>,
    change: 'created' | 'updated' | 'deleted' | 'started' | 'ended',
    text?: string,
  ): void =>
    events.emit(
      { type: 'transform.changed', data: { transformId, transform, change } },
      text === undefined ? undefined : { text, link: `/transforms/${encodeURIComponent(transform)}` },
    );

  const stateOf = async (row: TransformRow): Promise<Transform> => (await standingOf(row)).transform;

  const start = createRunStarter({ book, checks, data, jobs, clock, ids, tell });

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
      guard: options.guard,
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
      const checked = await checks.check(definition);
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
      const row = await writeTransform(options, { name, definition, description, auto: isAuto, note });
      const isNew = row.version === 1 && row.created_at_ms === row.updated_at_ms;
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

    check: checks.check,
    columnOrigins: createRunOrigins({ book, checks, data }),

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
