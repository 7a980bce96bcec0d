import { useMemo } from 'react';
import type { Leaderboard } from '../../../../local-api/contract/index.ts';
import { IntervalChart } from '../../../charts/IntervalChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import classes from './choice.module.css';

/** More lines say no more. */
const MOST_SHOWN = 15;

/** Grey in the palette. */
const OTHERS = 7;

/** The best models with the intervals of their quality; nothing before these are known. */
export function QualityPanel({ board: { entries, objectives, auto } }: { board: Leaderboard }) {
  const [objective] = objectives;
  const metric = objective?.metric ?? '';
  const rows = useMemo(
    () =>
      entries
        .flatMap(({ title, key, metrics, interval, isBest, isLikeBest }) => {
          const value = metrics[metric];
          if (value === undefined || interval === null) return [];
          const note = isBest ? 'chosen' : isLikeBest === true ? 'not different from the best' : '';
          return [
            {
              label: title ?? key,
              value,
              interval,
              note,
              colour: isBest || isLikeBest === true ? 0 : OTHERS,
            },
          ];
        })
        .slice(0, MOST_SHOWN),
    [entries, metric],
  );
  if (rows.length < 2 || auto === null) return null;
  return (
    <Panel title="How far apart they are">
      <IntervalChart
        title={`${metric}, ${objective?.direction === 'higher' ? 'higher' : 'lower'} is better`}
        valueLabel={metric}
        intervalLabel="95 % interval"
        rows={rows}
      />
      <p className={classes.note}>Grey: worse than the best single model, as far as these rows can tell.</p>
    </Panel>
  );
}
