import type { ChartConfiguration } from 'chart.js';
import { useCallback, useMemo } from 'react';
import { formatNumber, formatPlural } from '../app/format.ts';
import classes from './ChartFrame.module.css';
import { ChartFrame } from './ChartFrame.tsx';
import { type Bounds, commonOptions, numericAxis, zoomOptions } from './chart-options.ts';
import { ink, seriesStyle, useScheme, withOpacity } from './palette.ts';
import { useChart } from './use-chart.ts';

export type ScatterPoint = { x: number; y: number; label?: string; id?: string };
export type ScatterSeries = { label: string; points: readonly ScatterPoint[]; colour?: number };

type Props = {
  title: string;
  hidesTitle?: boolean;
  summary?: string;
  series: readonly ScatterSeries[];
  xLabel: string;
  yLabel: string;
  xBounds?: Bounds;
  yBounds?: Bounds;
  isLogX?: boolean;
  isLogY?: boolean;
  formatX?: (value: number) => string;
  formatY?: (value: number) => string;
  /** Draws the line x = y, to compare predicted with actual. */
  showsDiagonal?: boolean;
  onPick?: (point: ScatterPoint) => void;
  height?: number;
};

/** Points over two numbers. Many points are drawn smaller and see-through, so that density shows. */
export function ScatterChart(props: Props) {
  const {
    title,
    series,
    xLabel,
    yLabel,
    isLogX,
    isLogY,
    formatX,
    formatY,
    showsDiagonal,
    onPick,
    height = 300,
  } = props;
  const scheme = useScheme();
  const [xMin, xMax, yMin, yMax] = [
    props.xBounds?.min,
    props.xBounds?.max,
    props.yBounds?.min,
    props.yBounds?.max,
  ];
  const config = useMemo((): ChartConfiguration<'scatter'> => {
    const common = commonOptions(scheme);
    const total = series.reduce((sum, one) => sum + one.points.length, 0);
    const radius = total > 600 ? 2 : total > 120 ? 3 : 4.5;
    const datasets: ChartConfiguration<'scatter'>['data']['datasets'] = series.map((one, index) => {
      const { colour } = seriesStyle(one.colour ?? index, scheme);
      return {
        label: one.label,
        data: [...one.points],
        pointRadius: radius,
        pointHoverRadius: radius + 2,
        backgroundColor: withOpacity(colour, total > 120 ? 0.45 : 0.8),
        borderColor: colour,
        borderWidth: total > 120 ? 0 : 1,
      };
    });
    const ends = showsDiagonal ? diagonalOf(series) : null;
    if (ends) {
      const guide = {
        borderColor: ink[scheme].dim,
        borderDash: [5, 4],
        borderWidth: 1.2,
        pointRadius: 0,
        pointHitRadius: 0,
      };
      datasets.push({ label: `${xLabel} = ${yLabel}`, data: ends, showLine: true, order: 9, ...guide });
    }
    return {
      type: 'scatter',
      data: { datasets },
      options: {
        ...common,
        parsing: false,
        interaction: { mode: 'nearest', intersect: true },
        scales: {
          x: numericAxis(scheme, {
            label: xLabel,
            isLog: isLogX ?? false,
            format: formatX,
            bounds: { min: xMin, max: xMax },
          }),
          y: numericAxis(scheme, {
            label: yLabel,
            isLog: isLogY ?? false,
            format: formatY,
            bounds: { min: yMin, max: yMax },
          }),
        },
        onClick: (_event, elements) => {
          const found = elements[0];
          const point = found ? series[found.datasetIndex]?.points[found.index] : undefined;
          if (point) onPick?.(point);
        },
        plugins: {
          ...common.plugins,
          zoom: zoomOptions(scheme, 'xy'),
          tooltip: {
            ...common.plugins?.tooltip,
            filter: (item) => item.datasetIndex < series.length,
            callbacks: {
              title: (items) => (items[0]?.raw as ScatterPoint | undefined)?.label ?? '',
              label: (item) => [
                `${xLabel}  ${(formatX ?? formatNumber)(item.parsed.x ?? Number.NaN)}`,
                `${yLabel}  ${(formatY ?? formatNumber)(item.parsed.y ?? Number.NaN)}`,
              ],
            },
          },
        },
      },
    };
  }, [
    series,
    scheme,
    xLabel,
    yLabel,
    xMin,
    xMax,
    yMin,
    yMax,
    isLogX,
    isLogY,
    formatX,
    formatY,
    showsDiagonal,
    onPick,
  ]);
  const { canvasRef, resetZoom, image } = useChart(config, ink[scheme].surface);
  const table = useCallback(
    () => ({
      columns: ['series', 'label', xLabel, yLabel],
      rows: series.flatMap((one) =>
        one.points.map((point) => [one.label, point.label ?? '', point.x, point.y]),
      ),
    }),
    [series, xLabel, yLabel],
  );
  const count = series.reduce((sum, one) => sum + one.points.length, 0);
  const summary = props.summary ?? `${title}: ${formatPlural(count, 'point')}, ${yLabel} over ${xLabel}.`;
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

function diagonalOf(series: readonly ScatterSeries[]): ScatterPoint[] | null {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const one of series) {
    for (const { x, y } of one.points) {
      low = Math.min(low, x, y);
      high = Math.max(high, x, y);
    }
  }
  return low <= high
    ? [
        { x: low, y: low },
        { x: high, y: high },
      ]
    : null;
}
