import { useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { formatMetric, formatPlural } from '../../app/format.ts';
import { Heatmap } from '../../charts/Heatmap.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './compare.module.css';
import { useTabSettings } from './compare-state.ts';
import { ValuePicker } from './pickers.tsx';
import { mainMetric, metricIds, runNumber, runValue, shortName, varyingParamIds } from './run-values.ts';
import { surfaceOf } from './surface.ts';

const usual = { x: '', y: '', metric: '' };

/** A metric over two params: the mean of the runs in each cell, and how many they are. */
export function SurfaceTab({ runs }: { runs: readonly Run[] }) {
  const [settings, onSettings] = useTabSettings('surface', usual);
  const params = useMemo(() => varyingParamIds(runs), [runs]);
  const metrics = useMemo(() => metricIds(runs), [runs]);
  const metric = metrics.includes(settings.metric) ? settings.metric : mainMetric(runs);
  const x = params.includes(settings.x) ? settings.x : params[0];
  const y = params.includes(settings.y) ? settings.y : params.find((id) => id !== x);
  const surface = useMemo(() => {
    const points = runs.flatMap((run) => {
      if (metric === undefined || x === undefined || y === undefined) return [];
      const [px, py, value] = [runValue(run, x), runValue(run, y), runNumber(run, metric)];
      return px === null || py === null || value === null ? [] : [{ x: px, y: py, value }];
    });
    return surfaceOf(points);
  }, [runs, metric, x, y]);
  const values = useMemo(() => surface.cells.map((row) => row.map((cell) => cell?.mean ?? null)), [surface]);
  if (metric === undefined || x === undefined || y === undefined) {
    return (
      <EmptyState title="Nothing to draw">
        A heat map needs a metric and two parameters that differ between the runs.
      </EmptyState>
    );
  }
  const known = values.flat().filter((value) => value !== null);
  const bounds = { min: Math.min(...known), max: Math.max(...known) };
  const title = `${shortName(metric)} by ${shortName(x)} and ${shortName(y)}`;
  return (
    <>
      <div className={classes.pickers}>
        <ValuePicker label="Across" ids={params} value={x} onChange={(id) => onSettings({ x: id })} />
        <ValuePicker label="Up" ids={params} value={y} onChange={(id) => onSettings({ y: id })} />
        <ValuePicker
          label="Metric"
          ids={metrics}
          value={metric}
          onChange={(id) => onSettings({ metric: id })}
        />
      </div>
      <Panel>
        <Heatmap
          title={title}
          rowLabels={surface.rowLabels}
          columnLabels={surface.columnLabels}
          rowTitle={shortName(y)}
          columnTitle={shortName(x)}
          values={values}
          bounds={bounds}
          cellText={(value, row, column) => {
            const count = surface.cells[row]?.[column]?.count ?? 0;
            return count > 1 ? `${formatMetric(value)} · ${count}` : formatMetric(value);
          }}
        />
      </Panel>
      <p className={classes.note}>
        Mean of the runs in a cell; behind the dot how many they are, where more than one.{' '}
        {formatPlural(runs.length, 'run')} in all.
      </p>
    </>
  );
}
