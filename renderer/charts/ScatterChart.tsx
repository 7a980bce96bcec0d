import { type KeyboardEvent, useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber, formatPlural } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { ChartTooltip } from './ChartTooltip.tsx';
import { drawingOf } from './drawing.ts';
import { type Frame, type Pixel, Plot, type Zoom } from './Plot.tsx';
import { lookOf, mix, ramps, useScheme } from './palette.ts';
import { linePath } from './paths.ts';
import { type Bounds, extentOf, type Range, rangeToDraw, scaleOver } from './scale.ts';
import type { XY } from './trend.ts';

export type ScatterPoint = XY & {
  label?: string;
  id?: string;
  /** What the area of the mark stands for, and what colours it. */
  size?: number | null;
  shade?: number | null;
};
export type ScatterSeries = { label: string; points: readonly ScatterPoint[]; colour?: number | string };

/** A line over the points: a trend, a front. */
export type ScatterLine = { label: string; points: readonly XY[]; dash?: readonly number[] };

type Props = {
  title: string;
  hidesTitle?: boolean;
  summary?: string;
  series: readonly ScatterSeries[];
  xLabel: string;
  yLabel: string;
  /** Names of what size and shade stand for; without one it is not drawn. */
  sizeLabel?: string | undefined;
  shadeLabel?: string | undefined;
  xBounds?: Bounds;
  yBounds?: Bounds;
  isLogX?: boolean;
  isLogY?: boolean;
  formatX?: (value: number) => string;
  formatY?: (value: number) => string;
  /** Draws the line x = y, to compare predicted with actual. */
  showsDiagonal?: boolean;
  lines?: readonly ScatterLine[];
  onPick?: (point: ScatterPoint) => void;
  height?: number;
};

type Mark = { point: ScatterPoint; series: number };

const REACH = 14;
const [SMALLEST, LARGEST] = [3, 16];

/** Points over two numbers, by size and shade over two more. Many points are drawn smaller and see-through. */
export function ScatterChart(props: Props) {
  const { title, series, xLabel, yLabel, xBounds, yBounds, formatX, formatY, onPick, height = 300 } = props;
  const { isLogX = false, isLogY = false, showsDiagonal = false, lines = [], sizeLabel, shadeLabel } = props;
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const [zoom, setZoom] = useState<Zoom | null>(null);
  const [pointed, setPointed] = useState<Mark | null>(null);
  const marks = useMemo(
    () => series.flatMap((one, index) => one.points.map((point): Mark => ({ point, series: index }))),
    [series],
  );
  const [xMin, xMax, yMin, yMax] = [xBounds?.min, xBounds?.max, yBounds?.min, yBounds?.max];
  const x = useMemo((): PlotAxis => {
    const range =
      zoom?.x ?? axisRange(marks, 'x', { bounds: { min: xMin, max: xMax }, isLog: isLogX }, showsDiagonal);
    return { label: xLabel, format: formatX, scale: scaleOver(range, isLogX) };
  }, [marks, zoom, xMin, xMax, isLogX, showsDiagonal, xLabel, formatX]);
  const y = useMemo((): PlotAxis => {
    const range =
      zoom?.y ?? axisRange(marks, 'y', { bounds: { min: yMin, max: yMax }, isLog: isLogY }, showsDiagonal);
    return { label: yLabel, format: formatY, scale: scaleOver(range, isLogY) };
  }, [marks, zoom, yMin, yMax, isLogY, showsDiagonal, yLabel, formatY]);
  const look = useMemo(() => marksLook(marks, sizeLabel !== undefined), [marks, sizeLabel]);
  const colourOf = useCallback(
    ({ point, series: index }: Mark) => {
      if (shadeLabel === undefined) return lookOf(series[index]?.colour ?? index, scheme).colour;
      const place = look.shade?.place(point.shade ?? Number.NaN) ?? Number.NaN;
      return Number.isFinite(place) ? mix(...ramps[scheme], place) : lookOf(7, scheme).colour;
    },
    [series, scheme, shadeLabel, look],
  );
  const table = useCallback(
    () => tableOf(series, [xLabel, yLabel], [sizeLabel, shadeLabel]),
    [series, xLabel, yLabel, sizeLabel, shadeLabel],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const legend = useMemo(() => {
    const groups =
      shadeLabel === undefined && series.length > 1
        ? series.map((one, index) => ({
            id: one.label,
            label: one.label,
            ...lookOf(one.colour ?? index, scheme),
          }))
        : [];
    const guides = lines.map((line, index) => ({
      id: `line ${line.label}`,
      label: line.label,
      ...lookOf(LINE_COLOURS[index % LINE_COLOURS.length] ?? 0, scheme),
      dash: line.dash ?? [],
    }));
    return [...groups, ...guides];
  }, [series, lines, shadeLabel, scheme]);
  const summary =
    props.summary ?? `${title}: ${formatPlural(marks.length, 'point')}, ${yLabel} over ${xLabel}.`;
  const onKey = (event: KeyboardEvent) => {
    if (event.key === 'Enter' && pointed) return onPick?.(pointed.point);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const ordered = [...marks].sort((a, b) => a.point.x - b.point.x);
    const index = pointed === null ? -1 : ordered.findIndex((mark) => mark.point === pointed.point);
    setPointed(ordered[(index + step + ordered.length) % ordered.length] ?? null);
  };
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      drawing={drawing}
      legend={legend}
      onResetZoom={zoom ? () => setZoom(null) : undefined}
      controls={
        shadeLabel !== undefined && look.shade ? <Shades range={look.shade} label={shadeLabel} /> : null
      }
    >
      <Plot
        svgRef={svg}
        summary={summary}
        height={height}
        x={x}
        y={y}
        zoomMode="xy"
        onZoom={setZoom}
        onKey={onKey}
        onPoint={(at, frame) => setPointed(at && nearestMark(marks, at, frame))}
        onPress={() => {
          if (pointed) onPick?.(pointed.point);
        }}
        overlay={(frame) =>
          pointed === null ? null : (
            <ChartTooltip
              frame={frame}
              at={frame.x(pointed.point.x)}
              title={pointed.point.label ?? series[pointed.series]?.label ?? ''}
              rows={[
                { label: xLabel, value: (formatX ?? formatNumber)(pointed.point.x) },
                { label: yLabel, value: (formatY ?? formatNumber)(pointed.point.y) },
                ...(sizeLabel === undefined
                  ? []
                  : [{ label: `${sizeLabel} (size)`, value: formatNumber(pointed.point.size) }]),
                ...(shadeLabel === undefined
                  ? []
                  : [{ label: `${shadeLabel} (colour)`, value: formatNumber(pointed.point.shade) }]),
              ]}
            />
          )
        }
      >
        {(frame) => (
          <>
            {showsDiagonal ? <Diagonal frame={frame} x={x} /> : null}
            {marks.map((mark, index) => (
              <circle
                // biome-ignore lint/suspicious/noArrayIndexKey: points need not have an id.
                key={index}
                cx={frame.x(mark.point.x).toFixed(1)}
                cy={frame.y(mark.point.y).toFixed(1)}
                r={look.radius(mark.point)}
                fill={colourOf(mark)}
                fillOpacity={look.opacity}
                stroke={mark.point === pointed?.point ? frame.ink.text : colourOf(mark)}
                strokeWidth={mark.point === pointed?.point ? 2 : 0.8}
              />
            ))}
            {lines.map((line, index) => (
              <path
                key={line.label}
                d={linePathOf(line, frame)}
                fill="none"
                stroke={lookOf(LINE_COLOURS[index % LINE_COLOURS.length] ?? 0, scheme).colour}
                strokeWidth="2"
                strokeDasharray={line.dash?.join(' ')}
              />
            ))}
          </>
        )}
      </Plot>
    </ChartFrame>
  );
}

/** Lines take colours that the first series do not have. */
const LINE_COLOURS = [3, 4, 6];

function linePathOf(line: ScatterLine, frame: Frame): string {
  return linePath(
    line.points.map((point) => frame.x(point.x)),
    line.points.map((point) => frame.y(point.y)),
  );
}

function axisRange(
  marks: readonly Mark[],
  side: 'x' | 'y',
  look: { bounds: Bounds; isLog: boolean },
  isShared: boolean,
): Range {
  const columns = (isShared ? (['x', 'y'] as const) : [side]).map((name) =>
    marks.map(({ point }) => point[name]),
  );
  return rangeToDraw(extentOf(columns, look.isLog), { ...look, margin: 0.04 });
}

function marksLook(marks: readonly Mark[], isSized: boolean) {
  const many = marks.length;
  const usual = many > 600 ? 2 : many > 120 ? 3 : 4.5;
  const sizes = isSized ? extentOf([marks.map(({ point }) => point.size ?? Number.NaN)]) : null;
  const shades = extentOf([marks.map(({ point }) => point.shade ?? Number.NaN)]);
  const area = sizes && scaleOver(rangeToDraw(sizes));
  return {
    opacity: many > 120 || isSized ? 0.5 : 0.8,
    shade: shades && scaleOver(rangeToDraw(shades)),
    radius: (point: ScatterPoint) => {
      if (area === null) return usual;
      const place = area.place(point.size ?? Number.NaN);
      return Number.isFinite(place)
        ? Math.sqrt(SMALLEST ** 2 + place * (LARGEST ** 2 - SMALLEST ** 2)).toFixed(1)
        : SMALLEST;
    },
  };
}

function nearestMark(marks: readonly Mark[], at: Pixel, frame: Frame): Mark | null {
  let found: Mark | null = null;
  let least = REACH;
  for (const mark of marks) {
    const distance = Math.hypot(frame.x(mark.point.x) - at.x, frame.y(mark.point.y) - at.y);
    if (distance < least) [found, least] = [mark, distance];
  }
  return found;
}

function Diagonal({ frame, x }: { frame: Frame; x: PlotAxis }) {
  if ('names' in x) return null;
  const { min, max } = x.scale;
  return (
    <path
      d={linePath([frame.x(min), frame.x(max)], [frame.y(min), frame.y(max)])}
      stroke={frame.ink.dim}
      strokeDasharray="5 4"
      strokeWidth="1.2"
    />
  );
}

function Shades({ range, label }: { range: Range; label: string }) {
  const scheme = useScheme();
  const [low, high] = ramps[scheme];
  return (
    <span className="a-dim" style={{ display: 'inline-flex', alignItems: 'center', gap: 6, fontSize: 12 }}>
      {label} {formatNumber(range.min, 3)}
      <svg width="60" height="8" aria-hidden="true">
        {Array.from({ length: 12 }, (_, index) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps of a ramp.
          <rect key={index} x={index * 5} width="5.5" height="8" fill={mix(low, high, index / 11)} />
        ))}
      </svg>
      {formatNumber(range.max, 3)}
    </span>
  );
}

function tableOf(
  series: readonly ScatterSeries[],
  [xLabel, yLabel]: readonly [string, string],
  [sizeLabel, shadeLabel]: readonly [string | undefined, string | undefined],
) {
  const more = [
    ...(sizeLabel === undefined ? [] : [`${sizeLabel} (size)`]),
    ...(shadeLabel === undefined ? [] : [`${shadeLabel} (colour)`]),
  ];
  return {
    columns: ['series', 'label', xLabel, yLabel, ...more],
    rows: series.flatMap((one) =>
      one.points.map((point) => [
        one.label,
        point.label ?? '',
        point.x,
        point.y,
        ...(sizeLabel === undefined ? [] : [point.size ?? null]),
        ...(shadeLabel === undefined ? [] : [point.shade ?? null]),
      ]),
    ),
  };
}
