import type { WorkspaceInfo } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';

export type NextStep = {
  id: string;
  title: string;
  text: string;
  href: string;
  label: string;
  isUrgent?: boolean;
};

type Counts = WorkspaceInfo['counts'];

/** What is worth doing next, by what exists already: at most three, the most useful first. */
export function nextSteps(counts: Counts): NextStep[] {
  const steps: (NextStep | false)[] = [
    counts.jobsDead > 0 && {
      id: 'dead',
      title: counts.jobsDead === 1 ? 'A job has given up' : `${counts.jobsDead} jobs have given up`,
      text: 'They failed on their last attempt. Look at the error, then try again or let them rest.',
      href: paths.jobs({ tab: 'dead' }),
      label: 'See the dead letters',
      isUrgent: true,
    },
    counts.datasets === 0 && {
      id: 'import',
      title: 'Import data',
      text: 'CSV, JSON or Parquet, looked at and corrected before it is kept.',
      href: paths.importDataset(),
      label: 'Import data',
    },
    counts.datasets > 0 &&
      counts.runs === 0 && {
        id: 'train',
        title: 'Train a first model',
        text: 'Pick a dataset and a target; the defaults are sensible, and every run is tracked.',
        href: paths.training(),
        label: 'New training',
      },
    counts.runs > 0 &&
      counts.models === 0 && {
        id: 'register',
        title: 'Register the best run',
        text: 'A registered model has versions and aliases, answers predictions and can be exported.',
        href: paths.experiments,
        label: 'Choose a run',
      },
    counts.models > 0 &&
      counts.driftReports === 0 && {
        id: 'drift',
        title: 'Check for drift',
        text: 'Does new data still look like what the model learnt from?',
        href: paths.newDrift(),
        label: 'New drift report',
      },
    counts.runs > 1 && {
      id: 'compare',
      title: 'Compare runs',
      text: 'Curves together, parameters and metrics side by side, differences marked.',
      href: paths.runs(),
      label: 'Choose runs',
    },
    counts.models > 0 && {
      id: 'predict',
      title: 'Try a model',
      text: 'Fill in a row and see what it predicts, or copy the request for a script.',
      href: paths.models,
      label: 'Open the models',
    },
    counts.datasets > 0 &&
      counts.runs > 0 && {
        id: 'again',
        title: 'Train another model',
        text: 'Other features, another trainer, newer data.',
        href: paths.training(),
        label: 'New training',
      },
  ];
  return steps.filter((step) => step !== false).slice(0, 3);
}
