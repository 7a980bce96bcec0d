import type { ChartConfiguration } from 'chart.js';
import { useCallback, useMemo } from 'react';
import { formatNumber } from '../app/format.ts';
import classes from './ChartFrame.module.css';
import { ChartFrame } from './ChartFrame.tsx';
import { commonOptions, fontFamily, numericAxis } from './chart-options.ts';
import type { HistogramSeries } from './Histogram.tsx';
import { ink, seriesStyle, useScheme } from './palette.ts';
import { useChart } from './use-chart.ts';

type Props = {
  title: string;
  hidesTitle?: boolean;
  summary?: string;
  labels: readonly string[];
  /** One bar a label and series, in the order of `labels`. */
  series: readonly HistogramSeries[];
  valueLabel?: string;
  format?: (value: number) => string;
  /** Pixels; follows the number of labels when left out. */
  height?: number;
};

const LONGEST_LABEL = 28;

/** Values by category as horizontal bars, so that long names stay readable. */
export function CategoryBars(props: Props) {
  const { title, labels, series, valueLabel, format } = props;
  const scheme = useScheme();
  const height = props.height ?? Math.max(90, 34 + labels.length * (series.length > 1 ? 22 : 17));
  const config = useMemo((): ChartConfiguration<'bar'> => {
    const common = commonOptions(scheme);
    return {
      type: 'bar',
      data: {
        labels: [...labels],
        datasets: series.map((one, index) => ({
          label: one.label,
          data: [...one.values],
          backgroundColor: seriesStyle(one.colour ?? index, scheme).colour,
          borderRadius: 2,
          categoryPercentage: 0.8,
          barPercentage: 0.95,
        })),
      },
      options: {
        ...common,
        indexAxis: 'y',
        interaction: { mode: 'index', axis: 'y', intersect: false },
        scales: {
          x: numericAxis(scheme, { label: valueLabel, format, startsAtZero: true }),
          y: {
            border: { color: ink[scheme].line },
            grid: { display: false },
            ticks: {
              color: ink[scheme].text,
              font: { size: 11, family: fontFamily },
              autoSkip: false,
              callback: (_value, index) => shorten(labels[index] ?? ''),
            },
          },
        },
        plugins: {
          ...common.plugins,
          tooltip: {
            ...common.plugins?.tooltip,
            callbacks: {
              label: (item) =>
                ` ${item.dataset.label}  ${(format ?? formatNumber)(item.parsed.x ?? Number.NaN)}`,
            },
          },
        },
      },
    };
  }, [labels, series, scheme, valueLabel, format]);
  const { canvasRef, image } = useChart(config, ink[scheme].surface);
  const table = useCallback(
    () => ({
      columns: ['category', ...series.map((one) => one.label)],
      rows: labels.map((label, index) => [label, ...series.map((one) => one.values[index] ?? null)]),
    }),
    [labels, series],
  );
  const summary = props.summary ?? `${title}: bars for ${labels.slice(0, 12).join(', ')}.`;
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
    >
      <div className={classes.plot} style={{ height }}>
        <canvas ref={canvasRef} role="img" aria-label={summary} />
      </div>
    </ChartFrame>
  );
}

function shorten(label: string): string {
  return label.length > LONGEST_LABEL ? `${label.slice(0, LONGEST_LABEL - 1)}…` : label;
}
