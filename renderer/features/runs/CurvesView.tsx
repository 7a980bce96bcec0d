import { Button, SegmentedControl, Slider, Switch, Text, TextInput } from '@mantine/core';
import { useLocalStorage } from '@mantine/hooks';
import { IconChartLine } from '@tabler/icons-react';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { MetricSeries } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatDateTime, formatDuration } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { LineChart, type LineSeries } from '../../charts/LineChart.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import classes from './CurvesView.module.css';
import { type CurveAxis, curveAlong, groupCurves } from './curves.ts';

export type CurvesRun = { id: string; label: string; colour: number };

type Props = {
  runs: readonly CurvesRun[];
  /** Metrics with a history in any of the runs. */
  metricKeys: readonly string[];
  highlightId?: string | undefined;
};

type Look = { axis: CurveAxis; smoothing: number; isLogY: boolean };

const MAX_POINTS = 800;
const CHARTS_AT_ONCE = 12;
const usual: Look = { axis: 'step', smoothing: 0, isLogY: false };

/**
 * The learning curves of one or several runs, a chart a metric, with a common cursor and live while runs go on.
 * Of one run, training and validation of a metric share a chart; of several runs each chart has a line a run.
 */
export function CurvesView({ runs, metricKeys, highlightId }: Props) {
  const [look, setLook] = useLocalStorage<Look>({
    key: 'assay.curves',
    defaultValue: usual,
    getInitialValueInEffect: false,
  });
  const [find, setFind] = useState('');
  const [limit, setLimit] = useState(CHARTS_AT_ONCE);
  const isOne = runs.length === 1;
  const groups = useMemo(() => {
    const found = metricKeys.filter((key) => key.toLowerCase().includes(find.trim().toLowerCase()));
    return isOne ? groupCurves(found) : found.map((key) => ({ title: key, keys: [key] }));
  }, [metricKeys, find, isOne]);
  const shown = groups.slice(0, limit);
  const shownKeys = shown.flatMap((group) => group.keys);
  const runIds = runs.map((run) => run.id);
  const query = useQuery({
    queryKey: keys.series(runIds, shownKeys, MAX_POINTS),
    queryFn: ({ signal }) =>
      client.runs.metrics({ body: { runIds, keys: shownKeys, maxPoints: MAX_POINTS }, signal }),
    enabled: shownKeys.length > 0,
    placeholderData: keepPreviousData,
  });
  if (metricKeys.length === 0) {
    return (
      <EmptyState icon={IconChartLine} title="No curves yet">
        Metrics that are logged more than once appear here, live while the run goes on.
      </EmptyState>
    );
  }
  return (
    <>
      <div className={classes.controls}>
        <TextInput
          placeholder="Find a metric"
          aria-label="Find a metric"
          value={find}
          onChange={(event) => setFind(event.currentTarget.value)}
        />
        <SegmentedControl
          aria-label="Horizontal axis"
          value={look.axis}
          onChange={(axis) => setLook({ ...look, axis: axis as CurveAxis })}
          data={[
            { value: 'step', label: 'Step' },
            { value: 'relative', label: 'Seconds' },
            { value: 'wall', label: 'Clock' },
          ]}
        />
        <div className={classes.smoothing}>
          <Text size="sm" id="curves-smoothing">
            Smoothing
          </Text>
          <Slider
            className={classes.slider}
            min={0}
            max={0.99}
            step={0.01}
            value={look.smoothing}
            onChange={(smoothing) => setLook({ ...look, smoothing })}
            label={(value) => value.toFixed(2)}
            thumbProps={{ 'aria-labelledby': 'curves-smoothing' }}
            size="sm"
          />
        </div>
        <Switch
          label="Logarithmic"
          checked={look.isLogY}
          onChange={(event) => setLook({ ...look, isLogY: event.currentTarget.checked })}
        />
      </div>
      {groups.length === 0 ? <p className="a-dim">No metric is named like this.</p> : null}
      {shownKeys.length === 0 ? null : (
        <QueryView query={query}>
          {({ series }) => (
            <div className={classes.charts} data-count={shown.length === 1 ? 'one' : 'many'}>
              {shown.map((group) => (
                <CurveChart
                  key={group.title}
                  group={group}
                  runs={runs}
                  series={series}
                  look={look}
                  highlightId={highlightId}
                />
              ))}
            </div>
          )}
        </QueryView>
      )}
      {groups.length > limit ? (
        <Button variant="default" onClick={() => setLimit(limit + CHARTS_AT_ONCE)}>
          Show {Math.min(CHARTS_AT_ONCE, groups.length - limit)} more of {groups.length - limit}
        </Button>
      ) : null}
    </>
  );
}

type ChartProps = {
  group: { title: string; keys: readonly string[] };
  runs: readonly CurvesRun[];
  series: readonly MetricSeries[];
  look: Look;
  highlightId: string | undefined;
};

const axisLabels: Record<CurveAxis, string> = { step: 'Step', relative: 'Time since start', wall: 'Time' };
const clock = (timeMs: number) => formatDateTime(timeMs).slice(11);
const elapsed = (seconds: number) => formatDuration(seconds * 1000);

function CurveChart({ group, runs, series, look, highlightId }: ChartProps) {
  const lines = useMemo((): LineSeries[] => {
    return runs.flatMap((run) =>
      group.keys.flatMap((key, index) => {
        const found = series.find((one) => one.runId === run.id && one.key === key);
        if (!found || found.values.length === 0) return [];
        return {
          id: runs.length === 1 ? key : run.id,
          label: runs.length === 1 ? key : run.label,
          colour: runs.length === 1 ? index : run.colour,
          ...curveAlong(found, look.axis),
        };
      }),
    );
  }, [runs, group.keys, series, look.axis]);
  return (
    <Panel>
      <LineChart
        title={group.title}
        series={lines}
        xLabel={axisLabels[look.axis]}
        smoothing={look.smoothing}
        isLogY={look.isLogY}
        highlightId={highlightId}
        cursorGroup={`curves-${look.axis}`}
        {...(look.axis === 'wall'
          ? { formatX: clock }
          : look.axis === 'relative'
            ? { formatX: elapsed }
            : {})}
      />
    </Panel>
  );
}
