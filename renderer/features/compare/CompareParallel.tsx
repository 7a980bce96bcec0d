import { Button, MultiSelect } from '@mantine/core';
import { useRouter } from '@tanstack/react-router';
import { useMemo } from 'react';
import type { Run } from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { ParallelCoordinates } from '../../charts/ParallelCoordinates.tsx';
import { axisOf, type Brush, passesAll, placeOf } from '../../charts/parallel-axes.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './compare.module.css';
import { useTabSettings } from './compare-state.ts';
import { ValuePicker } from './pickers.tsx';
import { isSpread, mainMetric, metricIds, runValue, shortName, varyingParamIds } from './run-values.ts';

const AXES_AT_FIRST = 7;

/** `axes` in their order, less the metric; `brush`: axis, from, to, each an entry of its own. */
const usual = { metric: '', axes: [] as readonly string[], brush: [] as readonly string[] };

type Props = { runs: readonly Run[]; onKeep: (ids: readonly string[]) => void };

/** How the parameters that differ lead to a metric. */
export function CompareParallel({ runs, onKeep }: Props) {
  const router = useRouter();
  const [settings, onSettings] = useTabSettings('parallel', usual);
  const metrics = useMemo(() => metricIds(runs), [runs]);
  const varying = useMemo(() => varyingParamIds(runs), [runs]);
  const metric = metrics.includes(settings.metric) ? settings.metric : mainMetric(runs);
  const ids = useMemo(() => {
    const chosen = settings.axes.length > 0 ? settings.axes : varying.slice(0, AXES_AT_FIRST);
    return [...chosen.filter((id) => id !== metric), ...(metric === undefined ? [] : [metric])];
  }, [settings.axes, varying, metric]);
  const lines = useMemo(
    () => runs.map((run) => ({ id: run.id, label: run.name, values: ids.map((id) => runValue(run, id)) })),
    [runs, ids],
  );
  const axes = useMemo(
    () =>
      ids.map((id, index) => ({
        label: shortName(id),
        isLog: isSpread(lines.map((line) => line.values[index] ?? null)),
      })),
    [ids, lines],
  );
  const brushes = useMemo(() => readBrushes(settings.brush, ids), [settings.brush, ids]);
  const kept = useMemo(() => {
    const scales = axes.map((axis, index) =>
      axisOf(
        axis,
        lines.map((line) => line.values[index] ?? null),
      ),
    );
    return lines.filter((line) =>
      passesAll(
        line.values.map((value, index) => placeOf(scales[index], value)),
        brushes,
      ),
    );
  }, [axes, lines, brushes]);
  if (metric === undefined || (varying.length === 0 && metrics.length < 2)) {
    return (
      <EmptyState title="Nothing to draw">
        Parallel coordinates need a metric and at least one parameter that differs between the runs.
      </EmptyState>
    );
  }
  const move = (from: number, to: number) => {
    const order = ids.slice(0, -1);
    const [taken] = order.splice(from, 1);
    if (taken !== undefined) order.splice(Math.min(to, order.length), 0, taken);
    onSettings({ axes: order });
  };
  return (
    <>
      <div className={classes.pickers}>
        <MultiSelect
          label="Parameters and metrics"
          data={[...varying, ...metrics.filter((id) => id !== metric)].map((id) => ({
            value: id,
            label: shortName(id),
          }))}
          value={ids.slice(0, -1)}
          onChange={(chosen) => onSettings({ axes: chosen })}
          searchable
          miw={320}
          maw={640}
        />
        <ValuePicker
          label="Leading to"
          ids={metrics}
          value={metric}
          onChange={(chosen) => onSettings({ metric: chosen })}
        />
        {brushes.size > 0 ? (
          <>
            <Button disabled={kept.length === 0} onClick={() => onKeep(kept.map((line) => line.id))}>
              Compare only {formatPlural(kept.length, 'run')}
            </Button>
            <Button variant="default" onClick={() => onSettings({ brush: [] })}>
              Show all
            </Button>
          </>
        ) : null}
      </div>
      <Panel>
        <ParallelCoordinates
          title="Parameters and metric"
          axes={axes}
          lines={lines}
          brushes={brushes}
          onBrush={(next) => onSettings({ brush: writeBrushes(next, ids) })}
          onMove={move}
          onPick={(id) => router.history.push(paths.run(id))}
          height={400}
        />
      </Panel>
      {brushes.size > 0 ? (
        <p className={classes.note} role="status">
          {formatPlural(kept.length, 'run')} of {runs.length} kept by{' '}
          {formatPlural(brushes.size, 'axis', 'axes')}.
        </p>
      ) : null}
    </>
  );
}

function readBrushes(entries: readonly string[], ids: readonly string[]): ReadonlyMap<number, Brush> {
  const brushes = new Map<number, Brush>();
  for (let at = 0; at + 2 < entries.length; at += 3) {
    const index = ids.indexOf(entries[at] ?? '');
    const [from, to] = [Number(entries[at + 1]), Number(entries[at + 2])];
    if (index >= 0 && from <= to) brushes.set(index, { from, to });
  }
  return brushes;
}

function writeBrushes(brushes: ReadonlyMap<number, Brush>, ids: readonly string[]): string[] {
  return [...brushes].flatMap(([index, { from, to }]) => [ids[index] ?? '', from.toFixed(3), to.toFixed(3)]);
}
