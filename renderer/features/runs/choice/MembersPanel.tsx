import type { AutoReport, LeaderboardEntry } from '../../../../local-api/contract/index.ts';
import { formatPercent } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { AppLink } from '../../../components/AppLink.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { ShareBar } from '../../../components/ShareBar.tsx';
import classes from './choice.module.css';

type Props = { report: AutoReport; entries: readonly LeaderboardEntry[] };

/** The models that an ensemble is made of, the heaviest first; nothing where a single one was chosen. */
export function MembersPanel({ report: { chosen, members, isDone }, entries }: Props) {
  if (chosen === 'single') return null;
  const sorted = members.toSorted((a, b) => (b.weight ?? 0) - (a.weight ?? 0));
  return (
    <Panel title={isDone ? 'What the model is made of' : 'What the model would be made of'}>
      <ul className={classes.members} aria-label="Members of the ensemble">
        {sorted.map(({ trial, name, weight }) => {
          const runId = entries.find(({ key }) => key === `trial ${trial + 1}`)?.runId;
          return (
            <li key={trial}>
              <span className="a-truncate" title={name}>
                {runId === undefined ? name : <AppLink href={paths.run(runId)}>{name}</AppLink>}
              </span>
              {weight === null ? null : (
                <>
                  <ShareBar share={weight} />
                  <span className={classes.weight}>{formatPercent(weight, 0)}</span>
                </>
              )}
            </li>
          );
        })}
      </ul>
      <p className={classes.note}>
        {chosen === 'greedy'
          ? 'The answer is the mean of their answers by these weights (Caruana et al. 2004), all in one ONNX file.'
          : 'A linear model weighs their answers, all in one ONNX file.'}
      </p>
    </Panel>
  );
}
