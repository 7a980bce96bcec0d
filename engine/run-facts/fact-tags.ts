import type { Tags } from '../../local-api/contract/index.ts';
import { commandLine } from './command-line.ts';
import type { Environment } from './environment.ts';
import type { GitState } from './git-state.ts';

/** Files of a run that hold its facts. */
export const factFiles = {
  environment: 'environment.json',
  diff: 'source/diff.patch',
  output: 'logs/output.log',
} as const;

const maxTagLength = 8000;

/**
 * The facts that runs are searched by, as tags. Those that MLflow's clients write have MLflow's names too, so that its UI
 * and searches find them.
 */
export function environmentTags(environment: Environment): Tags {
  const { os, cpu, gpus, python } = environment;
  return texts({
    'assay.host': environment.host,
    'assay.os': `${os.platform} ${os.release} ${os.arch}`,
    'assay.cpu': `${cpu.cores} × ${cpu.model}`,
    'assay.memory_mb': String(environment.memoryMegabytes),
    'assay.gpu': gpus.map(({ name }) => name).join(', '),
    'assay.node': environment.node.version,
    'assay.python': python?.version ?? '',
    'assay.version': environment.assay,
    'assay.command': commandLine(environment.command),
    'assay.cwd': environment.command.length === 0 ? '' : environment.workingDirectory,
  });
}

/** The commit that a run was made from, and whether the work tree was as committed. */
export function gitTags(git: GitState): Tags {
  return texts({
    'assay.git.commit': git.commit ?? '',
    'assay.git.branch': git.branch ?? '',
    'assay.git.remote': git.remote ?? '',
    'assay.git.dirty': String(git.isDirty),
    'mlflow.source.git.commit': git.commit ?? '',
    'mlflow.source.git.branch': git.branch ?? '',
    'mlflow.source.git.repoURL': git.remote ?? '',
  });
}

/** The patch as it is attached: with a word at the end where it was too long to keep whole. */
export function diffFile({ diff, isDiffCut }: GitState): string {
  return isDiffCut ? `${diff}\n# The diff is longer; the rest was left out.\n` : diff;
}

/** Facts that are not known are no tags. */
function texts(tags: Record<string, string>): Tags {
  return Object.fromEntries(
    Object.entries(tags)
      .filter(([, value]) => value !== '')
      .map(([key, value]) => [key, value.slice(0, maxTagLength)]),
  );
}
