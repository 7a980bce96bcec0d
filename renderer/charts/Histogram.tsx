import type { ChartConfiguration } from 'chart.js';
import { useCallback, useMemo } from 'react';
import { formatNumber } from '../app/format.ts';
import classes from './ChartFrame.module.css';
import { ChartFrame } from './ChartFrame.tsx';
import { commonOptions, numericAxis, zoomOptions } from './chart-options.ts';
import { ink, type Scheme, seriesStyle, useScheme, withOpacity } from './palette.ts';
import { useChart } from './use-chart.ts';

export type HistogramSeries = { label: string; values: readonly number[]; colour?: number };

type Props = {
  title: string;
  hidesTitle?: boolean;
  summary?: string;
  /** n + 1 edges, ascending; bins may differ in width. */
  edges: readonly number[];
  /** One: a plain histogram. Two: laid over each other (reference first, current second). */
  series: readonly HistogramSeries[];
  xLabel?: string;
  yLabel?: string;
  formatX?: (value: number) => string;
  formatY?: (value: number) => string;
  height?: number;
};

/** A histogram over the true edges, or two laid over each other: the first filled, the second outlined boldly. */
export function Histogram(props: Props) {
  const { title, edges, series, xLabel, yLabel, formatX, formatY, height = 200 } = props;
  const scheme = useScheme();
  const config = useMemo((): ChartConfiguration<'line'> => {
    const common = commonOptions(scheme);
    const range = (bin: number) => {
      const format = formatX ?? formatNumber;
      return `${format(edges[bin] ?? Number.NaN)} to ${format(edges[bin + 1] ?? Number.NaN)}`;
    };
    return {
      type: 'line',
      data: {
        datasets: series.flatMap((one, index) => datasetsOf(edges, one, index, series.length, scheme)),
      },
      options: {
        ...common,
        parsing: false,
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
        scales: {
          x: numericAxis(scheme, {
            label: xLabel,
            format: formatX,
            bounds: { min: edges[0], max: edges.at(-1) },
          }),
          y: numericAxis(scheme, { label: yLabel, format: formatY, startsAtZero: true }),
        },
        plugins: {
          ...common.plugins,
          zoom: zoomOptions(scheme, 'x'),
          tooltip: {
            ...common.plugins?.tooltip,
            filter: (item) => item.dataset.showLine === false,
            callbacks: {
              title: (items) => (items[0] ? range(items[0].dataIndex) : ''),
              label: (item) =>
                ` ${item.dataset.label}  ${(formatY ?? formatNumber)(item.parsed.y ?? Number.NaN)}`,
            },
          },
        },
      },
    };
  }, [edges, series, scheme, xLabel, yLabel, formatX, formatY]);
  const { canvasRef, resetZoom, image } = useChart(config, ink[scheme].surface);
  const table = useCallback(
    () => ({
      columns: ['from', 'to', ...series.map((one) => one.label)],
      rows: edges
        .slice(0, -1)
        .map((from, bin) => [from, edges[bin + 1] ?? null, ...series.map((one) => one.values[bin] ?? null)]),
    }),
    [edges, series],
  );
  const summary = props.summary ?? summaryOf(title, edges, series, formatX ?? formatNumber);
  const legend = series.map((one, index) => ({
    id: one.label,
    label: one.label,
    colour: seriesStyle(one.colour ?? index, scheme).colour,
  }));
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      image={image}
      legend={series.length > 1 ? legend : undefined}
      onResetZoom={resetZoom}
    >
      <div className={classes.plot} style={{ height }}>
        <canvas ref={canvasRef} role="img" aria-label={summary} />
      </div>
    </ChartFrame>
  );
}

/**
 * Bars of any width as one outline that is filled, and an invisible point in the middle of every bin that the
 * tooltip finds.
 */
function datasetsOf(
  edges: readonly number[],
  one: HistogramSeries,
  index: number,
  count: number,
  scheme: Scheme,
): ChartConfiguration<'line'>['data']['datasets'] {
  const { colour } = seriesStyle(one.colour ?? index, scheme);
  const outline: { x: number; y: number }[] = [{ x: edges[0] ?? 0, y: 0 }];
  const middles: { x: number; y: number }[] = [];
  one.values.forEach((value, bin) => {
    const [from = 0, to = 0] = [edges[bin], edges[bin + 1]];
    const gap = count === 1 ? (to - from) * 0.04 : 0;
    if (gap > 0) outline.push({ x: from + gap, y: 0 });
    outline.push({ x: from + gap, y: value }, { x: to - gap, y: value });
    if (gap > 0) outline.push({ x: to - gap, y: 0 });
    middles.push({ x: (from + to) / 2, y: value });
  });
  outline.push({ x: edges.at(-1) ?? 0, y: 0 });
  const isSecond = index > 0;
  return [
    {
      label: one.label,
      data: outline,
      borderColor: colour,
      borderWidth: isSecond ? 2 : count === 1 ? 0 : 1.2,
      backgroundColor: withOpacity(colour, count === 1 ? 0.85 : isSecond ? 0.16 : 0.34),
      fill: 'origin',
      pointRadius: 0,
      pointHitRadius: 0,
      pointHoverRadius: 0,
      tension: 0,
      order: isSecond ? 1 : 2,
    },
    {
      label: one.label,
      data: middles,
      showLine: false,
      backgroundColor: colour,
      pointRadius: 0,
      pointHoverRadius: 3,
      pointHitRadius: 12,
      borderColor: colour,
      order: 0,
    },
  ];
}

function summaryOf(
  title: string,
  edges: readonly number[],
  series: readonly HistogramSeries[],
  format: (value: number) => string,
): string {
  const peaks = series.map((one) => {
    const bin = one.values.indexOf(Math.max(...one.values));
    return `${one.label} is highest between ${format(edges[bin] ?? Number.NaN)} and ${format(edges[bin + 1] ?? Number.NaN)}`;
  });
  return `${title}: histogram from ${format(edges[0] ?? Number.NaN)} to ${format(edges.at(-1) ?? Number.NaN)}. ${peaks.join('; ')}.`;
}
