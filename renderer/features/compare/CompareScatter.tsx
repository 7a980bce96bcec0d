import { Select } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useCallback, useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { ScatterChart, type ScatterPoint, type ScatterSeries } from '../../charts/ScatterChart.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './compare.module.css';
import { mainMetric, numericIds, runValue } from './run-values.ts';

const COLOURED_RUNS = 8;

type Props = {
  runs: readonly Run[];
  x: string | undefined;
  y: string | undefined;
  onAxes: (axes: { x?: string; y?: string }) => void;
};

/** Any two numbers of the runs over each other. */
export function CompareScatter({ runs, x, y, onAxes }: Props) {
  const router = useRouter();
  const ids = useMemo(() => numericIds(runs), [runs]);
  const known = (id: string | undefined) => (id !== undefined && ids.includes(id) ? id : undefined);
  const shownY = known(y) ?? mainMetric(runs) ?? ids[0];
  const shownX = known(x) ?? ids.find((id) => id !== shownY) ?? ids[0];
  const series = useMemo((): ScatterSeries[] => {
    const pointOf = (run: Run): ScatterPoint[] => {
      const at = shownX === undefined ? null : runValue(run, shownX);
      const value = shownY === undefined ? null : runValue(run, shownY);
      return typeof at === 'number' && typeof value === 'number'
        ? [{ x: at, y: value, label: run.name, id: run.id }]
        : [];
    };
    // A few runs keep the colours that they have in the other views; of many, the colours would say nothing.
    return runs.length <= COLOURED_RUNS
      ? runs.map((run, colour) => ({ label: run.name, points: pointOf(run), colour }))
      : [{ label: 'runs', points: runs.flatMap(pointOf) }];
  }, [runs, shownX, shownY]);
  const pick = useCallback(
    (point: ScatterPoint) => {
      if (point.id !== undefined) router.history.push(paths.run(point.id));
    },
    [router],
  );
  if (shownX === undefined || shownY === undefined) {
    return <EmptyState title="Nothing to draw">The runs have no two numbers in common.</EmptyState>;
  }
  return (
    <>
      <div className={classes.pickers}>
        <Select
          label="Across"
          data={ids}
          value={shownX}
          onChange={(value) => value && onAxes({ x: value })}
          searchable
          allowDeselect={false}
        />
        <Select
          label="Up"
          data={ids}
          value={shownY}
          onChange={(value) => value && onAxes({ y: value })}
          searchable
          allowDeselect={false}
        />
      </div>
      <Panel>
        <ScatterChart
          title={`${shownY} over ${shownX}`}
          series={series}
          xLabel={shownX}
          yLabel={shownY}
          onPick={pick}
          height={400}
        />
      </Panel>
    </>
  );
}
