import type { Experiment } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatPlural } from '../../app/format.ts';
import { toastWithUndo } from '../../components/toasts.tsx';

/** Deletes an experiment with its runs and offers to bring it back. */
export async function deleteExperiment(experiment: Experiment): Promise<void> {
  await client.experiments.delete({ params: { experimentId: experiment.id } });
  const runs = experiment.runs > 0 ? ` and its ${formatPlural(experiment.runs, 'run')}` : '';
  toastWithUndo(`Deleted “${experiment.name}”${runs}`, () => restoreExperiment(experiment.id));
}

export async function restoreExperiment(experimentId: string): Promise<void> {
  await client.experiments.restore({ params: { experimentId } });
}
