import { type KeyboardEvent, useCallback, useId, useMemo, useRef, useState } from 'react';
import { formatNumber, formatPlural } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { moveCursor } from './cursor.ts';
import { drawingOf } from './drawing.ts';
import { LineCursor } from './LineCursor.tsx';
import { LineMarks } from './LineMarks.tsx';
import { type Frame, Plot, type Zoom } from './Plot.tsx';
import { lookOf, useScheme } from './palette.ts';
import { nearestIndex } from './paths.ts';
import { type Bounds, extentOf, type Range, rangeToDraw, rangeWithoutOutliers, scaleOver } from './scale.ts';
import type { ChartTable } from './table.ts';

export type LineSeries = {
  id: string;
  label: string;
  /** Ascending. */
  x: ArrayLike<number>;
  /** null and NaN are gaps. */
  y: ArrayLike<number | null>;
  /** Place in the palette, or a colour; the place in `series` when left out. Keep it stable when series come and go. */
  colour?: number | string;
  /** A line to compare with (a diagonal, a threshold): thin, dashed, grey, not in the tooltip. */
  isGuide?: boolean;
  /** Marks every point. Series of one point are always marked. */
  showsPoints?: boolean;
  /** An area around the line, over the same x. */
  band?: { low: ArrayLike<number>; high: ArrayLike<number> } | undefined;
  /** The curve as it was before smoothing, drawn faintly behind. */
  raw?: { x: ArrayLike<number>; y: ArrayLike<number | null> } | undefined;
  /** What the value stands for, in the tooltip: "5 runs". */
  note?: string;
};

type Props = {
  title: string;
  hidesTitle?: boolean;
  /** Says what can be seen; made from the series when left out. */
  summary?: string;
  series: readonly LineSeries[];
  xLabel?: string;
  yLabel?: string;
  xBounds?: Bounds;
  yBounds?: Bounds;
  isLogX?: boolean;
  isLogY?: boolean;
  /** Fits the vertical axis to what most values are. */
  ignoresOutliers?: boolean;
  formatX?: (value: number) => string;
  formatY?: (value: number) => string;
  /** Charts of one group share the cursor. */
  cursorGroup?: string;
  /** Draws this series over the others, and those fainter. */
  highlightId?: string | undefined;
  onHighlight?: ((id: string | null) => void) | undefined;
  /** Series that are not drawn; the chart keeps its own list when left out. */
  hidden?: ReadonlySet<string>;
  onToggle?: (id: string) => void;
  /** The stretch shown; the chart keeps its own when `onZoom` is left out. */
  zoom?: Range | null;
  onZoom?: (range: Range | null) => void;
  onPick?: ((id: string) => void) | undefined;
  /** A click on the drawing, or Enter where the arrow keys stand: the nearest x of the first series. */
  onPickX?: ((x: number) => void) | undefined;
  height?: number;
  showsLegend?: boolean;
  controls?: React.ReactNode;
};

const OUTLINED = 40;

/** Curves over a common x: learning curves, ROC, anything ordered. Redraws without animation, so it can be live. */
export function LineChart(props: Props) {
  const { title, series, xLabel, yLabel, xBounds, yBounds, formatX, formatY, height = 220 } = props;
  const { isLogX = false, isLogY = false, ignoresOutliers = false } = props;
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const ownId = useId();
  const group = props.cursorGroup ?? ownId;
  const [ownHidden, setOwnHidden] = useState<ReadonlySet<string>>(new Set());
  const [ownZoom, setOwnZoom] = useState<Range | null>(null);
  const [pointed, setPointed] = useState<string | null>(null);
  const keyAt = useRef<number | null>(null);
  const pointerAt = useRef<number | null>(null);
  const hidden = props.hidden ?? ownHidden;
  const zoom = props.onZoom ? (props.zoom ?? null) : ownZoom;
  const highlightId = pointed ?? props.highlightId;

  const looks = useMemo(
    () => new Map(series.map((one, index) => [one.id, lookOf(one.colour ?? index, scheme)])),
    [series, scheme],
  );
  const shown = useMemo(() => series.filter((one) => !hidden.has(one.id)), [series, hidden]);
  const [xMin, xMax, yMin, yMax] = [xBounds?.min, xBounds?.max, yBounds?.min, yBounds?.max];
  const x = useMemo((): PlotAxis => {
    const extent = extentOf(
      shown.map((one) => one.x),
      isLogX,
    );
    const range = zoom ?? rangeToDraw(extent, { bounds: { min: xMin, max: xMax }, isLog: isLogX });
    return { label: xLabel, format: formatX, scale: scaleOver(range, isLogX) };
  }, [shown, zoom, xMin, xMax, isLogX, xLabel, formatX]);
  const y = useMemo((): PlotAxis => {
    const columns = shown.flatMap((one) => visibleColumns(one, zoom));
    const extent = ignoresOutliers ? rangeWithoutOutliers(columns, isLogY) : extentOf(columns, isLogY);
    const range = rangeToDraw(extent, { bounds: { min: yMin, max: yMax }, isLog: isLogY, margin: 0.04 });
    return { label: yLabel, format: formatY, scale: scaleOver(range, isLogY) };
  }, [shown, zoom, ignoresOutliers, yMin, yMax, isLogY, yLabel, formatY]);

  const setZoom = (next: Zoom | null) => (props.onZoom ?? setOwnZoom)(next?.x ?? null);
  const highlight = (id: string | null) => {
    if (id === pointed) return;
    setPointed(id);
    props.onHighlight?.(id);
  };
  const pickX = (at: number | null) => {
    const xs = shown.find((one) => !one.isGuide)?.x;
    const x = xs === undefined || at === null ? undefined : xs[nearestIndex(xs, at)];
    if (x !== undefined) props.onPickX?.(x);
  };
  const onKey = (event: KeyboardEvent, frame: Frame) => {
    if (event.key === 'Enter') pickX(keyAt.current);
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (step === undefined) return;
    event.preventDefault();
    const first = shown.find((one) => !one.isGuide);
    if (!first) return;
    moveAlong(first.x, step, frame, (at) => moveCursor(group, { at, chart: ownId }));
  };
  const moveAlong = (xs: ArrayLike<number>, step: number, frame: Frame, move: (at: number) => void) => {
    const middle = frame.xValue(frame.left + frame.width / 2);
    const index = keyAt.current === null ? nearestIndex(xs, middle) : nearestIndex(xs, keyAt.current) + step;
    const at = xs[Math.min(xs.length - 1, Math.max(0, index))];
    if (at === undefined) return;
    keyAt.current = at;
    move(at);
  };
  const table = useCallback(
    () => tableOf(series, xLabel ?? 'x', yLabel ?? 'value'),
    [series, xLabel, yLabel],
  );
  const outline = useCallback(() => outlineOf(series), [series]);
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const summary = props.summary ?? summaryOf(title, series);
  const readable = series.filter((one) => !one.isGuide);
  const legend = readable.map((one) => ({
    id: one.id,
    label: one.label,
    ...(looks.get(one.id) ?? lookOf(0, scheme)),
    isHidden: hidden.has(one.id),
  }));
  const toggle = (id: string) => {
    if (props.onToggle) return props.onToggle(id);
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setOwnHidden(next);
  };
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      outline={outline}
      drawing={drawing}
      legend={legend}
      showsLegend={props.showsLegend ?? readable.length > 1}
      onToggle={toggle}
      onHover={highlight}
      onResetZoom={zoom ? () => setZoom(null) : undefined}
      controls={props.controls}
    >
      <Plot
        svgRef={svg}
        summary={summary}
        height={height}
        x={x}
        y={y}
        onZoom={setZoom}
        onKey={onKey}
        onPress={() => {
          if (pointed !== null) props.onPick?.(pointed);
          pickX(pointerAt.current);
        }}
        onPoint={(at, frame) => {
          keyAt.current = null;
          pointerAt.current = at && frame.xValue(at.x);
          moveCursor(group, at && { at: frame.xValue(at.x), chart: ownId });
          highlight(at && readable.length > 1 ? nearestLine(shown, at, frame) : null);
        }}
        overlay={(frame) => (
          <LineCursor.Tooltip
            group={group}
            chart={ownId}
            frame={frame}
            series={shown}
            looks={looks}
            highlightId={highlightId}
            title={(at) => `${xLabel ?? 'x'} ${(formatX ?? formatNumber)(at)}`}
            format={formatY ?? formatNumber}
          />
        )}
      >
        {(frame) => (
          <>
            <LineMarks series={shown} looks={looks} frame={frame} highlightId={highlightId} />
            <LineCursor.Line group={group} frame={frame} series={shown} looks={looks} />
          </>
        )}
      </Plot>
    </ChartFrame>
  );
}

/** Values that decide the vertical range: those in the stretch shown, bands included. */
function visibleColumns(one: LineSeries, zoom: Range | null): ArrayLike<number | null>[] {
  const columns = [one.y, ...(one.band ? [one.band.low, one.band.high] : [])];
  if (zoom === null) return columns;
  let from = 0;
  let to = one.x.length;
  while (from < to && (one.x[from] as number) < zoom.min) from += 1;
  while (to > from && (one.x[to - 1] as number) > zoom.max) to -= 1;
  return columns.map((values) => Array.prototype.slice.call(values, from, to));
}

const REACH = 24;

/** The line that passes nearest to the pointer, within 24 px. */
function nearestLine(
  series: readonly LineSeries[],
  at: { x: number; y: number },
  frame: Frame,
): string | null {
  const value = frame.xValue(at.x);
  let found: string | null = null;
  let least = REACH;
  for (const one of series) {
    if (one.isGuide) continue;
    const y = one.y[nearestIndex(one.x, value)] ?? null;
    const distance = y === null ? Number.NaN : Math.abs(frame.y(y) - at.y);
    if (distance < least) [found, least] = [one.id, distance];
  }
  return found;
}

function tableOf(series: readonly LineSeries[], xLabel: string, yLabel: string): ChartTable {
  const readable = series.filter((one) => !one.isGuide);
  const hasBand = readable.some((one) => one.band);
  const hasRaw = readable.some((one) => one.raw);
  return {
    columns: [
      'series',
      xLabel,
      yLabel,
      ...(hasBand ? ['low', 'high'] : []),
      ...(hasRaw ? ['before smoothing'] : []),
    ],
    rows: readable.flatMap((one) =>
      Array.from(one.x, (x, index) => [
        one.label,
        x,
        one.y[index] ?? null,
        ...(hasBand ? [one.band?.low[index] ?? null, one.band?.high[index] ?? null] : []),
        ...(hasRaw ? [one.raw?.y[index] ?? null] : []),
      ]),
    ),
  };
}

/** A row a curve: how it begins, ends, and its extremes. */
function outlineOf(series: readonly LineSeries[]): ChartTable {
  const readable = series.filter((one) => !one.isGuide).slice(0, OUTLINED);
  return {
    columns: ['series', 'points', 'first', 'last', 'lowest', 'highest'],
    rows: readable.map((one) => {
      const extent = extentOf([one.y]);
      const ends = [one.y[0] ?? null, one.y[one.y.length - 1] ?? null];
      return [one.label, one.x.length, ...ends, extent?.min ?? null, extent?.max ?? null];
    }),
  };
}

function summaryOf(title: string, series: readonly LineSeries[]): string {
  const readable = series.filter((one) => !one.isGuide);
  const ends = readable.slice(0, 8).map((one) => {
    const last = one.y[one.y.length - 1] ?? null;
    return `${one.label} ends at ${formatNumber(last)}`;
  });
  const more = readable.length > ends.length ? `, and ${readable.length - ends.length} more` : '';
  return `${title}: ${formatPlural(readable.length, 'curve')}. ${ends.join(', ')}${more}.`;
}
