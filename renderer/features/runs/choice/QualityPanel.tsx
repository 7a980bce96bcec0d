import { useMemo } from 'react';
import type { Leaderboard } from '../../../../local-api/contract/index.ts';
import { IntervalChart } from '../../../charts/IntervalChart.tsx';
import { Panel } from '../../../components/Panel.tsx';

/** More lines say no more. */
const MOST_SHOWN = 15;

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
          return [{ label: title ?? key, value, interval, note, colour: isBest ? 0 : isLikeBest ? 1 : 7 }];
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
    </Panel>
  );
}
