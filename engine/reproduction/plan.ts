import { realpath, stat } from 'node:fs/promises';
import type { Recipe, ReproductionPlan, Run } from '../../local-api/contract/index.ts';
import { commandLine, type GitState, readGitState } from '../run-facts/index.ts';
import type { RunEnvironment } from './run-environment.ts';

/** What is known of a run besides its entry. */
export type RunSources = {
  recipe: Recipe | null;
  environment: RunEnvironment | null;
  /** Content of `source/diff.patch`; empty when the work tree was as committed. */
  diff: string;
  /** Whether the data of the recipe is still here; null without a recipe. */
  hasData: boolean | null;
};

const hidden = '***';

/** How a run can be made again. Cost: for a command, five short git calls in its folder. */
export async function planReproduction(run: Run, sources: RunSources): Promise<ReproductionPlan> {
  if (sources.recipe !== null) return trainingPlan(run, sources);
  const command = sources.environment?.command ?? [];
  const folder = sources.environment?.workingDirectory ?? run.tags['assay.cwd'] ?? null;
  const isOwn = run.source === 'exec' && run.tags['assay.keeper'] === 'exec';
  const line = command.length > 0 ? commandLine(command) : (run.tags['assay.command'] ?? null);
  return {
    kind: isOwn ? 'command' : 'script',
    obstacles: isOwn ? await commandObstacles(run, command, folder, sources.diff) : [foreignRun(run)],
    command: line ?? (isOwn ? null : scriptOf(run)),
    folder,
    steps: stepsOf(run, sources, line),
  };
}

function trainingPlan(run: Run, { hasData }: RunSources): ReproductionPlan {
  const [input] = run.inputs;
  const missing = `The data "${input?.name ?? ''}" (${input?.digest ?? 'no digest'}) is no longer in this workspace: import it again, and then reproduce.`;
  return {
    kind: 'training',
    obstacles: hasData === false ? [{ message: missing, canForce: false }] : [],
    command: null,
    folder: null,
    steps: ['assay train recipe.json'],
  };
}

function foreignRun(run: Run): ReproductionPlan['obstacles'][number] {
  const isTraining = run.params.trainer !== undefined && run.jobId !== null;
  return {
    message: isTraining
      ? 'The run has no recipe.json: it did not get so far.'
      : 'The run was logged by a script that Assay did not start, so Assay does not know its command, folder and secrets. Started with "assay exec -- <command>", the next one can be made again from here.',
    canForce: false,
  };
}

async function commandObstacles(
  run: Run,
  command: readonly string[],
  folder: string | null,
  diff: string,
): Promise<ReproductionPlan['obstacles']> {
  const stop = (message: string) => [{ message, canForce: false }];
  if (command.length === 0 || folder === null)
    return stop('The facts of the run (environment.json) do not hold its command.');
  if (command.some((argument) => argument.includes(hidden)))
    return stop('The command had secrets among its arguments, which are not kept: start it by hand.');
  if (!(await isFolder(folder))) return stop(`The folder ${folder} is no longer there.`);
  return codeChanges(run, folder, diff);
}

async function codeChanges(run: Run, folder: string, diff: string): Promise<ReproductionPlan['obstacles']> {
  const before = run.tags['assay.git.commit'];
  const now = await readGitState(folder);
  const doubt = (message: string) => ({ message, canForce: true });
  if (before === undefined)
    return now === null
      ? [doubt(`The code in ${folder} is not versioned, so nobody can tell whether it is as it was.`)]
      : [doubt('The commit that the run was made from is not known.')];
  if (now === null) return [doubt(`The folder ${folder} is no longer a git work tree.`)];
  const changes: ReproductionPlan['obstacles'] = [];
  if (now.commit !== before)
    changes.push(
      doubt(`The commit was ${before.slice(0, 12)} and is ${now.commit?.slice(0, 12) ?? 'none'}.`),
    );
  if (!hasSameChanges(diff, now)) changes.push(doubt('The uncommitted changes are not those of the run.'));
  return changes;
}

/** As attached, a patch that was cut has a remark at its end. */
function hasSameChanges(diff: string, now: GitState): boolean {
  return now.isDiffCut ? diff.startsWith(now.diff) : diff === now.diff;
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(await realpath(path))).isDirectory();
  } catch {
    return false;
  }
}

/** Shell lines that bring code and packages back and start the command. What is not known is left out. */
function stepsOf(run: Run, { environment, diff }: RunSources, line: string | null): string[] {
  const remote = run.tags['assay.git.remote'] ?? run.tags['mlflow.source.git.repoURL'];
  const commit = run.tags['assay.git.commit'] ?? run.tags['mlflow.source.git.commit'];
  const python = environment?.python;
  const start = line ?? scriptOf(run);
  return [
    ...(remote === undefined ? [] : [`git clone -- ${commandLine([remote])} code && cd code`]),
    ...(commit === undefined ? [] : [`git checkout ${commit}`]),
    ...(diff === '' ? [] : ['git apply diff.patch']),
    ...(python == null || python.packages.length === 0
      ? []
      : [
          `python -m venv .venv && . .venv/bin/activate  # Python ${python.version}`,
          'pip install -r requirements.txt',
        ]),
    ...(start === null ? [] : [start]),
  ];
}

/** MLflow's clients tell the program as the source of a run. */
function scriptOf({ source }: Run): string | null {
  if (source === '' || source === 'api') return null;
  return source.endsWith('.py') ? commandLine(['python', source]) : source;
}
