import type { ChartConfiguration, TooltipItem } from 'chart.js';
import { useCallback, useMemo, useState } from 'react';
import { formatNumber, formatPlural } from '../app/format.ts';
import classes from './ChartFrame.module.css';
import { ChartFrame } from './ChartFrame.tsx';
import { type Bounds, commonOptions, numericAxis, zoomOptions } from './chart-options.ts';
import { ink, type Scheme, seriesStyle, useScheme, withOpacity } from './palette.ts';
import { smooth } from './smoothing.ts';
import type { ChartTable } from './table.ts';
import { useChart } from './use-chart.ts';

export type LineSeries = {
  id: string;
  label: string;
  x: ArrayLike<number>;
  /** null and NaN are gaps. */
  y: ArrayLike<number | null>;
  /** Place in the palette; the place in `series` when left out. Keep it stable when series come and go. */
  colour?: number;
  /** A line to compare with (a diagonal, a threshold): thin, dashed, grey, not in the tooltip. */
  isGuide?: boolean;
  /** Marks every point. Series of one point are always marked. */
  showsPoints?: boolean;
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
  /** Weight of the moving average, 0 to below 1; the raw curve stays behind it, faint. */
  smoothing?: number;
  formatX?: (value: number) => string;
  formatY?: (value: number) => string;
  /** Charts of one group share the cursor. */
  cursorGroup?: string;
  /** Draws this series over the others, and those fainter. */
  highlightId?: string | undefined;
  height?: number;
  showsLegend?: boolean;
};

const MAX_IN_TOOLTIP = 12;

/** Curves over a common x: learning curves, ROC, anything ordered. Redraws without animation, so it can be live. */
export function LineChart(props: Props) {
  const { title, series, smoothing = 0, highlightId, height = 220 } = props;
  const scheme = useScheme();
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const { xLabel, yLabel, xBounds, yBounds, isLogX, isLogY, formatX, formatY, cursorGroup } = props;
  const [xMin, xMax, yMin, yMax] = [xBounds?.min, xBounds?.max, yBounds?.min, yBounds?.max];

  const config = useMemo((): ChartConfiguration<'line'> => {
    const common = commonOptions(scheme);
    const shown = series.filter((one) => !hidden.has(one.id));
    return {
      type: 'line',
      data: {
        datasets: shown.flatMap((one) =>
          datasetsOf(one, series.indexOf(one), scheme, smoothing, highlightId),
        ),
      },
      options: {
        ...common,
        parsing: false,
        normalized: true,
        interaction: { mode: 'nearest', axis: 'x', intersect: false },
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
        plugins: {
          ...common.plugins,
          zoom: zoomOptions(scheme, 'x'),
          cursor: { group: cursorGroup, colour: ink[scheme].line },
          tooltip: {
            ...common.plugins?.tooltip,
            filter: (item, _index, items) => highestOf(items).has(item),
            itemSort: (a, b) => (b.parsed.y ?? 0) - (a.parsed.y ?? 0),
            callbacks: {
              title: (items) => titleOf(items, xLabel, formatX),
              label: (item) =>
                ` ${item.dataset.label}  ${(formatY ?? formatNumber)(item.parsed.y ?? Number.NaN)}`,
            },
          },
        },
      },
    };
  }, [
    series,
    hidden,
    scheme,
    smoothing,
    highlightId,
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
    cursorGroup,
  ]);
  const { canvasRef, resetZoom, image } = useChart(config, ink[scheme].surface);
  const table = useCallback(
    () => tableOf(series, xLabel ?? 'x', yLabel ?? 'value'),
    [series, xLabel, yLabel],
  );
  const summary = props.summary ?? summaryOf(title, series);
  const readable = series.filter((one) => !one.isGuide);
  const legend = readable.map((one) => ({
    id: one.id,
    label: one.label,
    ...seriesStyle(one.colour ?? series.indexOf(one), scheme),
    isHidden: hidden.has(one.id),
  }));
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      image={image}
      legend={(props.showsLegend ?? readable.length > 1) ? legend : undefined}
      onToggle={toggle}
      onResetZoom={resetZoom}
    >
      <div className={classes.plot} style={{ height }}>
        <canvas ref={canvasRef} role="img" aria-label={summary} />
      </div>
    </ChartFrame>
  );
}

type Drawn = ChartConfiguration<'line'>['data']['datasets'][number] & { isReadable?: boolean };

function datasetsOf(
  one: LineSeries,
  index: number,
  scheme: Scheme,
  smoothing: number,
  highlightId: string | undefined,
): Drawn[] {
  const points = pointsOf(one.x, one.y);
  if (one.isGuide) {
    const look = { borderColor: ink[scheme].line, borderDash: [4, 4], borderWidth: 1.2, pointRadius: 0 };
    return [{ label: one.label, data: points, ...look, order: 9 }];
  }
  const { colour, dash } = seriesStyle(one.colour ?? index, scheme);
  const isFaint = highlightId !== undefined && highlightId !== one.id;
  const base = {
    label: one.label,
    borderDash: [...dash],
    borderWidth: highlightId === one.id ? 2.4 : 1.6,
    borderColor: isFaint ? withOpacity(colour, 0.25) : colour,
    backgroundColor: colour,
    pointRadius: one.showsPoints || points.length === 1 ? 2.5 : 0,
    pointHoverRadius: 4,
    pointHitRadius: 6,
    tension: 0,
    spanGaps: false,
    order: highlightId === one.id ? 0 : 2,
  };
  if (smoothing <= 0 || points.length < 3) return [{ ...base, data: points, isReadable: true }];
  const raw = {
    ...base,
    data: points,
    borderColor: withOpacity(colour, 0.18),
    borderWidth: 1,
    order: 5,
    pointHoverRadius: 0,
  };
  return [raw, { ...base, data: pointsOf(one.x, smooth(one.y, smoothing)), isReadable: true }];
}

function pointsOf(x: ArrayLike<number>, y: ArrayLike<number | null>): { x: number; y: number }[] {
  return Array.from(x, (at, index) => ({ x: at, y: y[index] ?? Number.NaN }));
}

const highest = new WeakMap<readonly TooltipItem<'line'>[], ReadonlySet<TooltipItem<'line'>>>();

/** The items a tooltip has room for: of the curves to read, those with the largest values. One sort a hover. */
function highestOf(items: readonly TooltipItem<'line'>[]): ReadonlySet<TooltipItem<'line'>> {
  const known = highest.get(items);
  if (known) return known;
  const readable = items.filter((item) => (item.dataset as Drawn).isReadable === true);
  const sorted = readable.sort((a, b) => (b.parsed.y ?? 0) - (a.parsed.y ?? 0));
  const found = new Set(sorted.slice(0, MAX_IN_TOOLTIP));
  highest.set(items, found);
  return found;
}

function titleOf(
  items: TooltipItem<'line'>[],
  label: string | undefined,
  format?: (value: number) => string,
): string {
  const first = items[0];
  if (!first) return '';
  const value = (format ?? formatNumber)(first.parsed.x ?? Number.NaN);
  return `${label ?? 'x'} ${value}${items.length === MAX_IN_TOOLTIP ? ` (highest ${MAX_IN_TOOLTIP})` : ''}`;
}

function tableOf(series: readonly LineSeries[], xLabel: string, yLabel: string): ChartTable {
  const rows = series
    .filter((one) => !one.isGuide)
    .flatMap((one) => Array.from(one.x, (x, index) => [one.label, x, one.y[index] ?? null]));
  return { columns: ['series', xLabel, yLabel], rows };
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
