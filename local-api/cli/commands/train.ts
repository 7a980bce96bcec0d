import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import pc from 'picocolors';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AssayError } from '../../../engine/errors.ts';
import { gitTags, readGitState } from '../../../engine/run-facts/index.ts';
import type { Client } from '../../client/index.ts';
import {
  guessExpressionTask,
  guessTask,
  type Job,
  type Leaderboard,
  Recipe,
  type RecipeInput,
  Task,
  TrainResult,
} from '../../contract/index.ts';
import { validate } from '../../routes/validate.ts';
import { autoOption } from '../auto-option.ts';
import { type Context, contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { experimentNamed } from '../experiment-ref.ts';
import { CommandFailure } from '../failure.ts';
import { numberOption } from '../number-option.ts';
import { formatNumber, formatSeconds, type Output } from '../output.ts';
import { resolveVersion } from '../version-ref.ts';
import { interruptsOf, watchChoice } from '../watch-choice.ts';
import { printLeaderboard } from './leaderboard.ts';

type Options = {
  dataset?: string;
  target?: string;
  trainer: string[];
  task?: z.infer<typeof Task>;
  group?: string;
  time?: string;
  exclude?: string[];
  rows?: number;
  seed: number;
  experiment: string;
  name?: string;
  on?: string;
  auto?: boolean;
  budget?: string;
  metric?: string;
};

export function trainCommand(): Command {
  return new Command('train')
    .description('train models from a recipe file, or from a dataset and a target')
    .argument('[recipe]', 'recipe as YAML or JSON')
    .option(
      '-d, --dataset <dataset>',
      'dataset or version: flights, flights@2; with a recipe, in the place of its own',
    )
    .option('-t, --target <column>', 'column to predict, or name=SQL expression: "late=delay > 15"')
    .option('--trainer <kind...>', 'prior, linear, forest, gbdt, mlp; several make a run each', ['gbdt'])
    .option(
      '--auto',
      'let Assay choose the model: many kinds within a budget, several together where that is better',
    )
    .option('--budget <time>', 'with --auto: seconds, or 5m, 1h (default: 5m)')
    .option('--metric <metric>', 'with --auto: what models are compared by (default: log_loss or rmse)')
    .option(
      '--task <task>',
      'classification, regression or ranking (default: by the values of the target; a few whole numbers are classes)',
    )
    .option('--group <column>', 'with ranking: the column that is equal for rows to put in order together')
    .option('--time <column>', 'hold out the newest rows by this column instead of random ones')
    .option('--exclude <column...>', 'columns not to learn from')
    .option('--rows <n>', 'use at most this many rows', numberOption)
    .option('--seed <n>', 'seed of everything random', numberOption, 0)
    .option('-e, --experiment <name>', 'experiment to file the runs under; made when new', 'Default')
    .option('--name <name>', 'name of the run')
    .option('--on <target>', 'train on a target, a Ray cluster for instance, instead of this machine')
    .action(async (file: string | undefined, options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const named = command.getOptionValueSource('trainer') === 'cli';
        const auto = autoOption({ ...options, trainers: named ? options.trainer : null });
        const asked = file
          ? [await recipeFromFile(client, file, options)]
          : await recipesFromOptions(client, options);
        // With --auto the kinds named are tried in one run.
        const recipes = auto === undefined ? asked : asked.slice(0, 1).map((recipe) => ({ ...recipe, auto }));
        const experimentId = await experimentNamed(client, options.experiment);
        // The recipe, or the script around it, is usually versioned where the command is given.
        const git = await readGitState(process.cwd());
        const results: z.infer<typeof TrainResult>[] = [];
        for (const recipe of recipes) {
          const job = await client.training.start({
            body: {
              experimentId,
              recipe,
              ...(options.name ? { name: options.name } : {}),
              ...(options.on ? { on: options.on } : {}),
              ...(git === null ? {} : { tags: gitTags(git) }),
            },
          });
          const ended =
            recipe.auto === undefined
              ? await finish(client, job, `Train ${recipe.trainer?.kind ?? 'gbdt'}`)
              : await finishChoice(client, job, output, finish);
          results.push(TrainResult.parse(ended.result));
        }
        const [only] = results;
        if (only !== undefined && recipes[0]?.auto !== undefined) {
          const board = await client.studies.leaderboard({ params: { runId: only.runId } });
          output.result({ runs: results, leaderboard: board }, () => printChoice(output, only, board));
          return;
        }
        output.result({ runs: results }, () => {
          const keys = [...new Set(results.flatMap((result) => Object.keys(result.metrics)))];
          output.table(
            results,
            [
              { title: 'run', value: (r) => r.runId.slice(0, 8) },
              { title: 'trainer', value: (r) => r.trainer },
              ...keys.slice(0, 6).map((key) => ({
                title: key,
                value: (r: z.infer<typeof TrainResult>) => formatNumber(r.metrics[key]),
                align: 'right' as const,
              })),
              { title: 'time', value: (r) => formatSeconds(r.seconds), align: 'right' },
            ],
            'Nothing was trained.',
          );
          for (const { runId, warnings } of results) {
            const which = results.length > 1 ? `${runId.slice(0, 8)}: ` : '';
            for (const warning of warnings) output.line(pc.yellow(`! ${which}${warning}`));
          }
          output.line(pc.dim(`Next: assay register ${results[0]?.runId.slice(0, 8)} <model>`));
        });
      });
    });
}

async function finishChoice(
  client: Client,
  job: Job,
  output: Output,
  finish: Context['finish'],
): Promise<Job> {
  const title = 'Choose a model';
  const progress = watchChoice(client, job.runId ?? '', title, output);
  try {
    return await finish(client, job, title, { progress, onInterrupt: interruptsOf(client, job.id, output) });
  } finally {
    progress.stop();
  }
}

/** Models shown at the end; `assay leaderboard` has all. */
const shownModels = 12;

function printChoice(
  output: Output,
  { runId, metrics, warnings }: z.infer<typeof TrainResult>,
  board: Leaderboard,
): void {
  printLeaderboard(output, board, shownModels);
  output.line();
  const { auto, objectives } = board;
  const names = auto?.members.map(({ name }) => name).join(', ') ?? '';
  const together =
    auto?.chosen === 'stack' ? 'A stack of' : auto?.chosen === 'greedy' ? 'The mean of' : 'Chosen:';
  output.line(`${together} ${names}`);
  const [first] = objectives;
  const told = Object.entries(metrics)
    .filter(([key]) => !key.startsWith('cv_'))
    .sort(([a], [b]) => Number(b === first?.metric) - Number(a === first?.metric))
    .slice(0, 5)
    .map(([key, value]) => `${key} ${formatNumber(value)}`);
  output.line(`On the test part: ${told.join(', ')}`);
  for (const warning of warnings) output.line(pc.yellow(`! ${warning}`));
  const run = runId.slice(0, 8);
  output.line(pc.dim(`Next: assay explain ${run} --global, assay register ${run} <model>`));
}

/** A recipe file may name its data as people do; `--dataset` puts other data in its place. */
async function recipeFromFile(client: Client, file: string, { dataset }: Options): Promise<RecipeInput> {
  const recipe = readRecipe(file);
  const version = await resolveVersion(client, dataset ?? recipe.dataset);
  return { ...recipe, dataset: version.id };
}

function readRecipe(file: string): RecipeInput {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new CommandFailure(
      'usage',
      `The recipe ${file} cannot be read: ${String(error)}`,
      'Check the path.',
      exitCodes.notFound,
    );
  }
  const asked = { params: {}, query: new URLSearchParams(), body: parseYaml(text) };
  try {
    return Recipe.parse(validate({ body: Recipe }, asked, 'a recipe').body);
  } catch (thrown) {
    if (!(thrown instanceof AssayError)) throw thrown;
    throw Object.assign(new Error(`${file} is not a valid recipe.`), {
      code: 'training/bad-recipe',
      hint: 'Correct each entry; docs/reference/recipe.md describes the fields.',
      problems: thrown.problems,
    });
  }
}

const TrainerKindName = z.enum(['prior', 'linear', 'forest', 'gbdt', 'mlp']);

async function recipesFromOptions(client: Client, options: Options): Promise<RecipeInput[]> {
  if (!options.dataset || !options.target)
    throw new CommandFailure(
      'usage',
      'Give a recipe file, or --dataset and --target.',
      'assay train --help shows both ways.',
      exitCodes.usage,
    );
  const kinds = z.array(TrainerKindName).safeParse(options.trainer);
  if (!kinds.success)
    throw new CommandFailure(
      'usage',
      `There is no trainer "${options.trainer.join(', ')}".`,
      `Trainers: ${TrainerKindName.options.join(', ')}.`,
      exitCodes.usage,
    );
  const version = await resolveVersion(client, options.dataset);
  const at = options.target.indexOf('=');
  const target =
    at > 0
      ? { name: options.target.slice(0, at).trim(), expression: options.target.slice(at + 1).trim() }
      : { column: options.target };
  const asked = Task.optional().safeParse(options.task);
  if (!asked.success)
    throw new CommandFailure(
      'usage',
      `There is no task "${options.task}".`,
      `Tasks: ${Task.options.join(', ')}.`,
      exitCodes.usage,
    );
  const task = asked.data ?? (await guessedTask(client, version.id, options.target));
  return kinds.data.map((kind) => ({
    task,
    dataset: version.id,
    target,
    ...(options.group ? { group: options.group } : {}),
    ...(options.exclude ? { features: { exclude: options.exclude } } : {}),
    ...(options.rows ? { rows: { limit: options.rows } } : {}),
    ...(options.time ? { split: { kind: 'time' as const, column: options.time } } : {}),
    trainer: { kind },
    seed: options.seed,
  }));
}

/** As the workbench guesses it. Errors: those of the profile. */
async function guessedTask(
  client: Client,
  versionId: string,
  target: string,
): Promise<'classification' | 'regression'> {
  const at = target.indexOf('=');
  if (at > 0) return guessExpressionTask(target.slice(at + 1));
  const { columns } = await client.datasetProfiles.get({ params: { versionId } });
  return guessTask(columns.find(({ name }) => name === target));
}
