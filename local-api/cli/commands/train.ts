import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import pc from 'picocolors';
import { parse as parseYaml } from 'yaml';
import { z } from 'zod';
import { AssayError } from '../../../engine/errors.ts';
import { gitTags, readGitState } from '../../../engine/run-facts/index.ts';
import type { Client } from '../../client/index.ts';
import { Recipe, type RecipeInput, TrainResult } from '../../contract/index.ts';
import { validate } from '../../routes/validate.ts';
import { contextOf } from '../context.ts';
import { exitCodes } from '../exit-codes.ts';
import { experimentNamed } from '../experiment-ref.ts';
import { CommandFailure } from '../failure.ts';
import { formatNumber, formatSeconds } from '../output.ts';
import { resolveVersion } from '../version-ref.ts';

type Options = {
  dataset?: string;
  target?: string;
  trainer: string[];
  task?: 'classification' | 'regression';
  time?: string;
  exclude?: string[];
  rows?: number;
  seed: number;
  experiment: string;
  name?: string;
  on?: string;
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
    .option('--task <task>', 'classification or regression (default: by the type of the target)')
    .option('--time <column>', 'hold out the newest rows by this column instead of random ones')
    .option('--exclude <column...>', 'columns not to learn from')
    .option('--rows <n>', 'use at most this many rows', Number)
    .option('--seed <n>', 'seed of everything random', Number, 0)
    .option('-e, --experiment <name>', 'experiment to file the runs under; made when new', 'Default')
    .option('--name <name>', 'name of the run')
    .option('--on <target>', 'train on a target, a Ray cluster for instance, instead of this machine')
    .action(async (file: string | undefined, options: Options, command: Command) => {
      const { output, withClient, finish } = contextOf(command);
      await withClient(async (client) => {
        const recipes = file
          ? [await recipeFromFile(client, file, options)]
          : await recipesFromOptions(client, options);
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
          const ended = await finish(client, job, `Train ${recipe.trainer?.kind ?? 'gbdt'}`);
          results.push(TrainResult.parse(ended.result));
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
  const type = version.columns.find((column) => column.name === options.target)?.type;
  const task = options.task ?? (type === 'integer' || type === 'float' ? 'regression' : 'classification');
  return kinds.data.map((kind) => ({
    task,
    dataset: version.id,
    target,
    ...(options.exclude ? { features: { exclude: options.exclude } } : {}),
    ...(options.rows ? { rows: { limit: options.rows } } : {}),
    ...(options.time ? { split: { kind: 'time' as const, column: options.time } } : {}),
    trainer: { kind },
    seed: options.seed,
  }));
}
