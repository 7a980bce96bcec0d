import {
  Recipe,
  type Reproduction,
  type ReproductionPlan,
  ReproductionReport,
  type Run,
  TrainRequest,
} from '../../local-api/contract/index.ts';
import type { ArtifactStore } from '../artifacts/index.ts';
import type { DataService } from '../data/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { EventBus } from '../events/index.ts';
import type { JobQueue } from '../jobs/index.ts';
import { controlTags } from '../run-control/index.ts';
import { factFiles } from '../run-facts/index.ts';
import { quoteText } from '../store/index.ts';
import type { Clock, Logger } from '../system/index.ts';
import type { TrackingService } from '../tracking/index.ts';
import { runFiles, type TrainingService } from '../training/index.ts';
import { type CommandRequest, commandHandler } from './command-handler.ts';
import { compareRuns } from './compare-runs.ts';
import { planReproduction, type RunSources } from './plan.ts';
import { environmentDifferences, RunEnvironment } from './run-environment.ts';

const reportFile = 'reproduction.json';
const tags = { of: 'assay.reproduces', verdict: 'assay.reproduction' } as const;
const maxCopies = 50;
const maxReadBytes = 32 * 2 ** 20;
/** A command may take as long as it takes; jobs have to have an end. */
const commandSeconds = 14 * 86_400;
const ended: ReadonlySet<string> = new Set(['finished', 'failed', 'killed']);

export type ReproductionService = {
  /** Takes up what ended, or still goes on, since an engine before. */
  start(): Promise<void>;
  /** Cost: one query, and of each copy a small file. Errors: runs/not-found. */
  get(runId: string): Promise<{
    plan: ReproductionPlan;
    reproduces: Reproduction | null;
    copies: Reproduction[];
  }>;
  /**
   * Makes the run again: a job fills the new run. Errors: runs/not-found, runs/deleted, runs/not-reproducible,
   * runs/code-changed unless `force`, and those of a training.
   */
  reproduce(runId: string, options: { force: boolean }): Promise<Reproduction>;
  close(): Promise<void>;
};

export type ReproductionOptions = {
  tracking: TrackingService;
  training: Pick<TrainingService, 'start'>;
  data: Pick<DataService, 'getVersion' | 'list' | 'listVersions'>;
  artifacts: Pick<ArtifactStore, 'put' | 'read'>;
  jobs: Pick<JobQueue, 'newJobId' | 'submit' | 'register'>;
  events: EventBus;
  clock: Clock;
  logger: Logger;
  /** The workspace folder. */
  dir: string;
  /** Resolves when the facts about the machine are with the run. */
  factsRecorded(runId: string): Promise<void>;
};

/** Makes runs again and compares each copy with its original once it has ended, over restarts of the engine. */
export function createReproductionService(options: ReproductionOptions): ReproductionService {
  const { tracking, artifacts, events, clock, logger } = options;
  /** Every copy, with the end that it was compared at last; null before that. */
  const copies = new Map<string, number | null>();
  options.jobs.register(commandHandler(options));
  const comparing = new Set<Promise<void>>();

  const readText = async (runId: string, path: string): Promise<string | null> => {
    try {
      const { digest, sizeBytes } = await tracking.findArtifact(runId, path);
      return sizeBytes > maxReadBytes ? null : (await artifacts.read(digest)).toString('utf8');
    } catch (thrown) {
      if (thrown instanceof AssayError && thrown.code === 'artifacts/not-found') return null;
      throw thrown;
    }
  };
  const environmentOf = async (runId: string): Promise<RunEnvironment | null> =>
    RunEnvironment.safeParse(parsed(await readText(runId, factFiles.environment))).data ?? null;

  const sourcesOf = async (run: Run): Promise<RunSources> => {
    const isTraining = run.params.trainer !== undefined;
    const recipe = isTraining
      ? (Recipe.safeParse(parsed(await readText(run.id, runFiles.recipe))).data ?? null)
      : null;
    const isHere = recipe === null ? null : (await findData(options.data, recipe, run)) !== null;
    const diff = recipe === null ? await readText(run.id, factFiles.diff) : null;
    return { recipe, environment: await environmentOf(run.id), diff: diff ?? '', hasData: isHere };
  };

  const describe = async (run: Run, originalRunId: string): Promise<Reproduction> => {
    const text = run.tags[tags.verdict] === undefined ? null : await readText(run.id, reportFile);
    return {
      runId: run.id,
      originalRunId,
      name: run.name,
      status: run.status,
      jobId: run.jobId,
      startedAtMs: run.startedAtMs,
      report: ReproductionReport.safeParse(parsed(text)).data ?? null,
    };
  };

  const compare = async (runId: string): Promise<void> => {
    const run = await tracking.getRun(runId);
    const originalRunId = run.tags[tags.of];
    if (!ended.has(run.status) || originalRunId === undefined || copies.get(runId) === run.endedAtMs) return;
    copies.set(runId, run.endedAtMs);
    await options.factsRecorded(runId);
    const original = await tracking.getRun(originalRunId);
    const side = async (of: Run) => ({ run: of, files: await tracking.listArtifacts(of.id, '', true) });
    const differences = environmentDifferences(
      await environmentOf(originalRunId),
      await environmentOf(runId),
    );
    const report = compareRuns(await side(original), await side(run), differences, clock.nowMs());
    const bytes = Buffer.from(`${JSON.stringify(report, null, 2)}\n`);
    await tracking.attachArtifact(runId, reportFile, await artifacts.put(bytes));
    await tracking.log(runId, { metrics: [], params: {}, tags: { [tags.verdict]: report.verdict } });
  };
  /** Looks whether a copy has ended; a failure is a line in the log, and the next start looks again. */
  const look = (runId: string): void => {
    const done = compare(runId)
      .catch((thrown: unknown) => logger.warn({ runId, error: messageOf(thrown) }, 'a copy was not compared'))
      .finally(() => comparing.delete(done));
    comparing.add(done);
  };
  const { unsubscribe } = events.subscribe((event) => {
    if (event.type === 'run.changed' && copies.has(event.data.runId)) look(event.data.runId);
  });

  const trainAgain = async (run: Run, recipe: Recipe): Promise<string> => {
    const dataset = await findData(options.data, recipe, run);
    if (dataset === null) throw notReproducible(run, 'its data is no longer in this workspace');
    const request = TrainRequest.parse({
      experimentId: run.experimentId,
      name: nameOfCopy(run),
      recipe: { ...recipe, dataset },
      tags: { [tags.of]: run.id },
    });
    const { runId } = await options.training.start(request, { source: 'reproduce' });
    if (runId === null) throw new AssayError('internal', 'A training job has no run.');
    return runId;
  };

  const commandAgain = async (run: Run, { environment }: RunSources): Promise<string> => {
    const { command = [], workingDirectory = '' } = environment ?? {};
    const jobId = options.jobs.newJobId();
    const copy = await tracking.createRun(
      {
        experimentId: run.experimentId,
        name: nameOfCopy(run),
        source: 'exec',
        notes: '',
        params: {},
        tags: {
          [tags.of]: run.id,
          [controlTags.keeper]: 'exec',
          'assay.command': run.tags['assay.command'] ?? '',
        },
        inputs: [],
        status: 'scheduled',
      },
      { jobId, user: run.user },
    );
    await options.jobs.submit({
      id: jobId,
      kind: 'exec',
      title: `Run ${run.name} again: ${run.tags['assay.command'] ?? command[0] ?? ''}`.slice(0, 200),
      input: {
        command,
        folder: workingDirectory,
        python: environment?.python?.executable ?? null,
      } satisfies CommandRequest,
      runId: copy.id,
      limits: { seconds: commandSeconds },
    });
    return copy.id;
  };

  return {
    async start() {
      let cursor: string | undefined;
      do {
        const page = await tracking.listRuns({
          filter: `tags.${tags.of} is not null`,
          fields: `endedAtMs,tags.${tags.verdict}`,
          limit: 1000,
          ...(cursor === undefined ? {} : { cursor }),
        });
        for (const { id, endedAtMs = null, tags: known = {} } of page.items) {
          const isCompared = known[tags.verdict] !== undefined;
          copies.set(id, isCompared ? endedAtMs : null);
          if (!isCompared) look(id);
        }
        cursor = page.nextCursor ?? undefined;
      } while (cursor !== undefined);
    },

    async get(runId) {
      const run = await tracking.getRun(runId);
      const page = await tracking.listRuns({
        filter: `tags.${tags.of} = ${quoteText(runId)}`,
        sort: '-startedAtMs',
        fields: 'id',
        limit: maxCopies,
      });
      const originalRunId = run.tags[tags.of];
      return {
        plan: await planReproduction(run, await sourcesOf(run)),
        reproduces: originalRunId === undefined ? null : await describe(run, originalRunId),
        copies: await Promise.all(
          page.items.map(async ({ id }) => describe(await tracking.getRun(id), runId)),
        ),
      };
    },

    async reproduce(runId, { force }) {
      const run = await tracking.getRun(runId);
      if (run.lifecycle === 'deleted') throw new AssayError('runs/deleted', `The run ${runId} is deleted.`);
      if (!ended.has(run.status)) throw notReproducible(run, `it has not ended yet (${run.status})`);
      const sources = await sourcesOf(run);
      const { obstacles } = await planReproduction(run, sources);
      const final = obstacles.find(({ canForce }) => !canForce);
      if (final !== undefined) throw notReproducible(run, final.message);
      if (obstacles.length > 0 && !force) {
        throw new AssayError('runs/code-changed', obstacles.map(({ message }) => message).join(' '), {
          problems: obstacles.map(({ message }) => ({ path: 'force', message })),
        });
      }
      const copyId =
        sources.recipe === null ? await commandAgain(run, sources) : await trainAgain(run, sources.recipe);
      copies.set(copyId, null);
      look(copyId);
      return describe(await tracking.getRun(copyId), runId);
    },

    async close() {
      unsubscribe();
      await Promise.allSettled(comparing);
    },
  };
}

function nameOfCopy({ name }: Run): string {
  return `${name.slice(0, 480)} again`;
}

function notReproducible({ name }: Run, reason: string): AssayError {
  return new AssayError('runs/not-reproducible', `The run "${name}" cannot be made again: ${reason}`);
}

function parsed(text: string | null): unknown {
  if (text === null) return null;
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/**
 * The id of the dataset version that a run learned from: the one of its recipe when that has the digest that the run
 * noted, else any with this digest (data that was imported anew). Null when there is none. Cost: a query a dataset then.
 */
async function findData(
  data: ReproductionOptions['data'],
  recipe: Recipe,
  { inputs }: Run,
): Promise<string | null> {
  const digest = inputs.find(({ context }) => context === 'training')?.digest;
  try {
    const version = await data.getVersion(recipe.dataset);
    if (digest === undefined || version.digest === digest) return version.id;
  } catch (thrown) {
    if (!(thrown instanceof AssayError) || thrown.code !== 'datasets/version-not-found') throw thrown;
  }
  if (digest === undefined) return null;
  const { items } = await data.list({ limit: 1000 });
  for (const { name } of items) {
    const found = await data.listVersions(name, { filter: `digest = ${quoteText(digest)}`, limit: 1 });
    const [version] = found.items;
    if (version !== undefined) return version.id;
  }
  return null;
}
