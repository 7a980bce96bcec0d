import { useMemo } from 'react';
import type { Monitor, MonitorCheck } from '../../../local-api/contract/index.ts';
import { formatDateTime, formatPlural } from '../../app/format.ts';
import { LineChart, type LineSeries } from '../../charts/LineChart.tsx';
import { formatFigure, metricOf } from './monitor-words.ts';

type Props = {
  monitor: Monitor;
  /** Newest first. */
  checks: readonly MonitorCheck[];
  /** Which figure is drawn. */
  figure: string;
};

/** One figure of the checks over time, with what was fine at each, and the breaches. */
export function MonitorHistory({ monitor, checks, figure }: Props) {
  const metric = metricOf(monitor.watch, figure);
  const title = metric?.title ?? figure;
  const series = useMemo(() => seriesOf(checks, figure, title), [checks, figure, title]);
  const formatX = useMemo(() => timesOf(series), [series]);
  const breaches = checks.filter(({ outcome }) => outcome === 'breach').length;
  if (series.length === 0)
    return <p className="a-dim">There is nothing to draw yet: no check has found a value.</p>;
  const first = series[0]?.x.length ?? 0;
  return (
    <LineChart
      title={title}
      hidesTitle
      summary={`${title} at the last ${formatPlural(first, 'check')}, ${formatPlural(breaches, 'breach', 'breaches')}.`}
      series={series}
      formatX={formatX}
      formatY={(value) => formatFigure(value, metric)}
      {...(metric?.unit === 'share' || metric?.unit === 'count' ? { yBounds: { min: 0 } } : {})}
      height={240}
    />
  );
}

const dayMs = 86_400_000;

/** Clock times within two days, days beyond. */
function timesOf([first]: readonly LineSeries[]): (timeMs: number) => string {
  const x = Array.from(first?.x ?? []);
  const isShort = (x.at(-1) ?? 0) - (x[0] ?? 0) < 2 * dayMs;
  return (timeMs) => (isShort ? formatDateTime(timeMs).slice(11) : formatDateTime(timeMs).slice(5, 16));
}

const breachColour = '#c8500a';

function seriesOf(checks: readonly MonitorCheck[], figure: string, title: string): LineSeries[] {
  const measured = checks.filter(({ values }) => values[figure] !== undefined).toReversed();
  if (measured.length === 0) return [];
  const x = measured.map(({ startedAtMs }) => startedAtMs);
  const guide = (id: 'low' | 'high', label: string): LineSeries[] => {
    const y = measured.map((check) => (check.value === check.values[figure] ? check[id] : null));
    return y.some((value) => value !== null) ? [{ id, label, x, y, isGuide: true }] : [];
  };
  const isBad = measured.filter(({ outcome }) => outcome === 'breach');
  return [
    {
      id: 'value',
      label: title,
      x,
      y: measured.map(({ values }) => values[figure] ?? null),
      showsPoints: true,
    },
    ...(isBad.length === 0
      ? []
      : [
          {
            id: 'breach',
            label: 'Breach',
            x,
            y: measured.map(({ values, outcome }) =>
              outcome === 'breach' ? (values[figure] ?? null) : null,
            ),
            showsPoints: true,
            colour: breachColour,
          },
        ]),
    ...guide('low', 'Lower limit'),
    ...guide('high', 'Upper limit'),
  ];
}
