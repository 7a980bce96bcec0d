import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { ChartTooltip } from './ChartTooltip.tsx';
import { drawingOf } from './drawing.ts';
import type { HistogramSeries } from './Histogram.tsx';
import { Plot } from './Plot.tsx';
import { lookOf, useScheme } from './palette.ts';
import { extentOf, rangeToDraw, scaleOver } from './scale.ts';

type Props = {
  title: string;
  hidesTitle?: boolean;
  summary?: string;
  labels: readonly string[];
  /** One bar a label and series, in the order of `labels`. Values may be below zero. */
  series: readonly HistogramSeries[];
  valueLabel?: string;
  format?: (value: number) => string;
  /** Pixels; follows the number of labels when left out. */
  height?: number;
};

/** Values by category as horizontal bars, so that long names stay readable. */
export function CategoryBars(props: Props) {
  const { title, labels, series, valueLabel, format } = props;
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const [row, setRow] = useState<number | null>(null);
  const height = props.height ?? Math.max(90, 42 + labels.length * (series.length > 1 ? 24 : 19));
  const x = useMemo((): PlotAxis => {
    const extent = extentOf([[0], ...series.map((one) => one.values)]);
    const range = rangeToDraw(extent);
    const room = (range.max - range.min) * 0.03;
    const open = { min: range.min < 0 ? range.min - room : 0, max: range.max > 0 ? range.max + room : 0 };
    return { label: valueLabel, format, scale: scaleOver(open) };
  }, [series, valueLabel, format]);
  // The first category stands on top.
  const y = useMemo((): PlotAxis => ({ names: [...labels].reverse() }), [labels]);
  const looks = series.map((one, index) => lookOf(one.colour ?? index, scheme));
  const table = useCallback(
    () => ({
      columns: ['category', ...series.map((one) => one.label)],
      rows: labels.map((label, index) => [label, ...series.map((one) => one.values[index] ?? null)]),
    }),
    [labels, series],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const summary = props.summary ?? `${title}: bars for ${labels.slice(0, 12).join(', ')}.`;
  const legend = series.map((one, index) => ({
    id: one.label,
    label: one.label,
    colour: looks[index]?.colour ?? '',
  }));
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      drawing={drawing}
      legend={legend}
      showsLegend={series.length > 1}
    >
      <Plot
        svgRef={svg}
        summary={summary}
        height={height}
        x={x}
        y={y}
        onPoint={(at, frame) => {
          const found = at && Math.floor(((at.y - frame.top) / frame.height) * labels.length);
          setRow(found !== null && found >= 0 && found < labels.length ? found : null);
        }}
        onKey={(event) => {
          const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          setRow(Math.min(labels.length - 1, Math.max(0, (row ?? -step) + step)));
        }}
        overlay={(frame) =>
          row === null ? null : (
            <ChartTooltip
              frame={frame}
              at={frame.x(Math.max(0, ...series.map((one) => one.values[row] ?? 0)))}
              title={labels[row] ?? ''}
              rows={series.map((one, index) => ({
                label: one.label,
                value: (format ?? formatNumber)(one.values[row] ?? Number.NaN),
                colour: looks[index]?.colour ?? '',
              }))}
            />
          )
        }
      >
        {(frame) => {
          const room = frame.height / Math.max(1, labels.length);
          const thick = (room * 0.78) / series.length;
          return series.map((one, index) => (
            <path
              key={one.label}
              fill={looks[index]?.colour}
              d={one.values
                .map((value, label) => {
                  const top = frame.top + label * room + room * 0.11 + index * thick;
                  return Number.isFinite(value)
                    ? `M${frame.x(0).toFixed(1)},${top.toFixed(1)}H${frame.x(value).toFixed(1)}v${(thick * 0.95).toFixed(1)}H${frame.x(0).toFixed(1)}Z`
                    : '';
                })
                .join('')}
            />
          ));
        }}
      </Plot>
    </ChartFrame>
  );
}
