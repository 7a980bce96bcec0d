import type { WorkspaceInfo } from '../../../local-api/contract/index.ts';
import { formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import classes from './home.module.css';

/** How much there is of everything; each figure leads to its list. */
export function Counts({ counts }: { counts: WorkspaceInfo['counts'] }) {
  const figures = [
    { label: 'Datasets', value: counts.datasets, href: paths.datasets },
    { label: 'Experiments', value: counts.experiments, href: paths.experiments },
    { label: 'Runs', value: counts.runs, href: paths.runs() },
    { label: 'Models', value: counts.models, href: paths.models },
    { label: 'Drift reports', value: counts.driftReports, href: paths.drift },
    {
      label: 'Jobs running or waiting',
      value: counts.jobsRunning + counts.jobsQueued,
      href: paths.jobs({ tab: 'active' }),
    },
  ];
  return (
    <ul className={classes.counts} aria-label="What there is">
      {figures.map((figure) => (
        <li key={figure.label}>
          <AppLink look="plain" href={figure.href} className={classes.count}>
            <span className={classes.figure}>{formatCount(figure.value)}</span>
            <span className="a-dim">{figure.label}</span>
          </AppLink>
        </li>
      ))}
    </ul>
  );
}
