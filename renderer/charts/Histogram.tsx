import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { ChartTooltip } from './ChartTooltip.tsx';
import { drawingOf } from './drawing.ts';
import { type Frame, Plot } from './Plot.tsx';
import { lookOf, useScheme } from './palette.ts';
import { type Range, rangeToDraw, scaleOver } from './scale.ts';

export type HistogramSeries = { label: string; values: readonly number[]; colour?: number | string };

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
  const svg = useRef<SVGSVGElement>(null);
  const [zoom, setZoom] = useState<Range | null>(null);
  const [bin, setBin] = useState<number | null>(null);
  const x = useMemo((): PlotAxis => {
    const range = zoom ?? rangeToDraw({ min: edges[0] ?? 0, max: edges.at(-1) ?? 1 });
    return { label: xLabel, format: formatX, scale: scaleOver(range) };
  }, [edges, zoom, xLabel, formatX]);
  const y = useMemo((): PlotAxis => {
    const top = Math.max(...series.flatMap((one) => one.values), Number.MIN_VALUE);
    return { label: yLabel, format: formatY, scale: scaleOver({ min: 0, max: top * 1.04 }) };
  }, [series, yLabel, formatY]);
  const table = useCallback(
    () => ({
      columns: ['from', 'to', ...series.map((one) => one.label)],
      rows: edges
        .slice(0, -1)
        .map((from, index) => [
          from,
          edges[index + 1] ?? null,
          ...series.map((one) => one.values[index] ?? null),
        ]),
    }),
    [edges, series],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const readX = formatX ?? formatNumber;
  const summary = props.summary ?? summaryOf(title, edges, series, readX);
  const looks = series.map((one, index) => lookOf(one.colour ?? index, scheme));
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
      onResetZoom={zoom ? () => setZoom(null) : undefined}
    >
      <Plot
        svgRef={svg}
        summary={summary}
        height={height}
        x={x}
        y={y}
        onZoom={(next) => setZoom(next?.x ?? null)}
        onPoint={(at, frame) => setBin(at && binAt(edges, frame.xValue(at.x)))}
        onKey={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          setBin(Math.min(edges.length - 2, Math.max(0, (bin ?? -step) + step)));
        }}
        overlay={(frame) =>
          bin === null ? null : (
            <ChartTooltip
              frame={frame}
              at={frame.x(middleOf(edges, bin))}
              title={`${readX(edges[bin] ?? Number.NaN)} to ${readX(edges[bin + 1] ?? Number.NaN)}`}
              rows={series.map((one, index) => ({
                label: one.label,
                value: (formatY ?? formatNumber)(one.values[bin] ?? Number.NaN),
                colour: looks[index]?.colour ?? '',
              }))}
            />
          )
        }
      >
        {(frame) =>
          series.map((one, index) => (
            <Bars
              key={one.label}
              edges={edges}
              values={one.values}
              colour={looks[index]?.colour ?? ''}
              frame={frame}
              look={series.length === 1 ? 'only' : index === 0 ? 'first' : 'second'}
            />
          ))
        }
      </Plot>
    </ChartFrame>
  );
}

type BarsProps = {
  edges: readonly number[];
  values: readonly number[];
  colour: string;
  frame: Frame;
  look: 'only' | 'first' | 'second';
};

function Bars({ edges, values, colour, frame, look }: BarsProps) {
  const ground = frame.top + frame.height;
  const bars = values.map((value, bin) => {
    const [from, to] = [frame.x(edges[bin] ?? 0), frame.x(edges[bin + 1] ?? 0)];
    const gap = look === 'only' ? Math.min(1, (to - from) * 0.04) : 0;
    return { from: (from + gap).toFixed(1), to: (to - gap).toFixed(1), top: frame.y(value).toFixed(1) };
  });
  const separate = bars.map((bar) => `M${bar.from},${ground}V${bar.top}H${bar.to}V${ground}Z`).join('');
  const outline = `M${bars[0]?.from ?? 0},${ground}${bars.map((bar) => `V${bar.top}H${bar.to}`).join('')}V${ground}`;
  if (look === 'only') return <path d={separate} fill={colour} fillOpacity={0.85} />;
  return (
    <path
      d={outline}
      fill={colour}
      fillOpacity={look === 'first' ? 0.34 : 0.14}
      stroke={colour}
      strokeWidth={look === 'first' ? 1.2 : 2}
    />
  );
}

function middleOf(edges: readonly number[], bin: number): number {
  return ((edges[bin] ?? 0) + (edges[bin + 1] ?? 0)) / 2;
}

function binAt(edges: readonly number[], value: number): number | null {
  const after = edges.findIndex((edge) => edge > value);
  return after > 0 ? after - 1 : value === edges.at(-1) ? edges.length - 2 : null;
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
