import { z } from 'zod';
import type {
  CreateRun,
  DatasetVersion,
  Recipe,
  RecipeCheck,
  TrainerInfo,
} from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { JobQueue, SubmitJob } from '../jobs/index.ts';
import { withFolds } from './auto/auto-folds.ts';
import { runParams } from './run-params.ts';
import { readLeaderboard } from './study/read-leaderboard.ts';
import { studyHandler } from './study/study-handler.ts';
import { trainers } from './trainers/registry.ts';
import type { Trainer } from './trainers/trainer.ts';
import {
  planFor,
  type TrainingHandlerOptions,
  type TrainJobRequest,
  trainingHandler,
} from './training-handler.ts';
import type { TrainingPlace, TrainingPlaces, TrainingService } from './training-service.ts';
import { usualSpace, withSpace } from './tuning/usual-space.ts';

export type TrainingServiceOptions = TrainingHandlerOptions & {
  jobs: JobQueue;
  places: TrainingPlaces;
  /** Whether the data keep their schema; everything is fine where nobody looks. */
  vet?(version: DatasetVersion): Promise<DataVerdictForTraining>;
};

/** What a check of the data means to a training on them: `refusal` is why it does not start. */
type DataVerdictForTraining = { warnings: string[]; refusal: string | null };
const fine: DataVerdictForTraining = { warnings: [], refusal: null };

/** A training on a target waits for room there, at most so long. */
const waitForRoomSeconds = 86_400;
/** For the files that go there and come back; the recipe's limit holds there. */
const elsewhereMemoryMb = 2048;

/**
 * Makes the service and registers its job kind `train`; the module of the job process is `train-job.ts`. Trainings on targets are
 * jobs of `remote-train`, which who knows the targets registers.
 */
export function createTrainingService(options: TrainingServiceOptions): TrainingService {
  const { tracking, data, jobs, clock } = options;
  jobs.register(trainingHandler(options));
  jobs.register(studyHandler(options));
  const infos = trainers.map(trainerInfo);
  return {
    trainers: () => infos,
    leaderboard: (runId) => readLeaderboard(options, runId),
    check: (recipe) => checkRecipe(options, withSpace(recipe)),
    async start(request, { parentJobId, source } = {}) {
      const { rows } = await data.getVersion(request.recipe.dataset);
      const recipe = withFolds(withSpace(request.recipe), rows);
      const place = request.on === undefined ? null : await options.places.trainingPlace(request.on);
      if (place !== null && isStudy(recipe)) {
        throw new AssayError('training/bad-recipe', 'A search runs on this machine, not on a target.', {
          problems: [{ path: '/on', message: 'a recipe with tuning or auto cannot be sent to a target' }],
        });
      }
      await planFor(data, recipe);
      const version = await data.getVersion(recipe.dataset);
      const { refusal } = (await options.vet?.(version)) ?? fine;
      if (refusal !== null) throw new AssayError('data-validations/not-passed', refusal);
      // The run names its job from the first: whenever a crash comes, the next start can tell what became of it.
      const jobId = jobs.newJobId();
      const input: CreateRun = {
        experimentId: request.experimentId,
        ...(request.name === undefined ? {} : { name: request.name }),
        ...(request.parentRunId === undefined ? {} : { parentRunId: request.parentRunId }),
        source: source ?? 'train',
        notes: '',
        params: runParams(recipe, version),
        tags: request.tags,
        inputs: [
          {
            datasetVersionId: version.id,
            name: `${version.dataset} ${version.version}`,
            digest: version.digest,
            context: 'training',
          },
        ],
        status: 'scheduled',
      };
      const run = await tracking.createRun(input, { jobId });
      try {
        return await jobs.submit({
          id: jobId,
          title: `${titleOf(recipe, run.name)} on ${version.dataset} ${version.version}${place === null ? '' : `, at ${place.name}`}`,
          parentId: parentJobId ?? null,
          runId: run.id,
          ...workOf(recipe, place),
        });
      } catch (thrown) {
        await tracking.updateRun(run.id, {
          status: 'failed',
          endedAtMs: clock.nowMs(),
          notes: `The job could not be queued: ${messageOf(thrown)}`,
        });
        throw thrown;
      }
    },
  };
}

async function checkRecipe({ data, vet }: TrainingServiceOptions, recipe: Recipe): Promise<RecipeCheck> {
  try {
    const { warnings } = await planFor(data, recipe);
    const vetted = (await vet?.(await data.getVersion(recipe.dataset))) ?? fine;
    return {
      problems: vetted.refusal === null ? [] : [{ path: '/recipe/dataset', message: vetted.refusal }],
      warnings: [...warnings, ...vetted.warnings],
    };
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    if (thrown.code === 'training/bad-recipe')
      return { problems: [...(thrown.problems ?? [])], warnings: [] };
    if (thrown.code !== 'datasets/version-not-found') throw thrown;
    return { problems: [{ path: '/recipe/dataset', message: thrown.message }], warnings: [] };
  }
}

/** Of many fits, in workers beside the job. */
function isStudy({ tuning, auto }: Recipe): boolean {
  return tuning !== undefined || auto !== undefined;
}

function titleOf({ auto, trainer }: Recipe, run: string): string {
  if (auto !== undefined) return `Choose a model for ${run}`;
  return `Train ${run}: ${trainers.find(({ kind }) => kind === trainer.kind)?.title ?? trainer.kind}`;
}

function workOf(recipe: Recipe, place: TrainingPlace | null): Pick<SubmitJob, 'kind' | 'input' | 'limits'> {
  const input: TrainJobRequest = { recipe };
  const { limits } = recipe;
  if (place === null) return { kind: isStudy(recipe) ? 'study' : 'train', input, limits };
  const seconds = recipe.limits.seconds + waitForRoomSeconds;
  return {
    kind: 'remote-train',
    input: { ...input, targetId: place.id },
    limits: { memoryMb: elsewhereMemoryMb, seconds },
  };
}

function trainerInfo({ kind, title, summary, tasks, settings }: Trainer): TrainerInfo {
  const defaults = z.record(z.string(), z.unknown()).parse(settings.parse({ kind }));
  return {
    kind,
    title,
    summary,
    tasks: [...tasks],
    defaults: Object.fromEntries(Object.entries(defaults).filter(([key]) => key !== 'kind')),
    schema: z.record(z.string(), z.unknown()).parse(z.toJSONSchema(settings, { io: 'input' })),
    usualSpace: usualSpace(kind),
  };
}
