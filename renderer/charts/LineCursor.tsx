import { useMemo } from 'react';
import { ChartTooltip } from './ChartTooltip.tsx';
import { useCursor } from './cursor.ts';
import type { LineSeries } from './LineChart.tsx';
import type { Look } from './LineMarks.tsx';
import type { Frame } from './Plot.tsx';
import { nearestIndex } from './paths.ts';

type Props = {
  group: string;
  frame: Frame;
  series: readonly LineSeries[];
  looks: ReadonlyMap<string, Look>;
};

type TooltipProps = Props & {
  chart: string;
  highlightId: string | null | undefined;
  title: (at: number) => string;
  format: (value: number) => string;
};

const MAX_ROWS = 12;
/** Of more curves the dots would hide what they are to show. */
const MAX_DOTS = 40;
/** A curve is not read further from its points than this part of the width. */
const FARTHEST = 0.12;

type Reading = { one: LineSeries; x: number; y: number };

/** The cursor redraws with every move of the pointer, and only it: the curves under it stay as they are. */
export const LineCursor = { Line, Tooltip };

function Line({ group, frame, series, looks }: Props) {
  const cursor = useCursor(group);
  if (cursor === null) return null;
  const x = frame.x(cursor.at);
  if (!(x >= frame.left - 1 && x <= frame.left + frame.width + 1)) return null;
  return (
    <g data-overlay style={{ pointerEvents: 'none' }}>
      <line
        x1={x}
        x2={x}
        y1={frame.top}
        y2={frame.top + frame.height}
        stroke={frame.ink.dim}
        strokeOpacity={0.6}
      />
      {(series.length > MAX_DOTS ? [] : readingsAt(series, cursor.at, frame)).map(({ one, ...at }) => (
        <circle
          key={one.id}
          cx={frame.x(at.x)}
          cy={frame.y(at.y)}
          r="3"
          fill={looks.get(one.id)?.colour ?? frame.ink.dim}
          stroke={frame.ink.surface}
        />
      ))}
    </g>
  );
}

function Tooltip({ group, chart, frame, series, looks, highlightId, title, format }: TooltipProps) {
  const cursor = useCursor(group);
  const isHere = cursor?.chart === chart;
  const at = isHere ? cursor.at : null;
  const readings = useMemo(
    () => (at === null ? [] : readingsAt(series, at, frame).sort((a, b) => b.y - a.y)),
    [series, at, frame],
  );
  if (at === null || readings.length === 0) return null;
  const nearest = readings.reduce((best, one) => (Math.abs(one.x - at) < Math.abs(best.x - at) ? one : best));
  const rows = around(readings, highlightId);
  const left = readings.length - rows.length;
  return (
    <ChartTooltip
      frame={frame}
      at={frame.x(at)}
      title={title(nearest.x)}
      rows={rows.map(({ one, y }) => ({
        label: one.note === undefined ? one.label : `${one.label} (${one.note})`,
        value: format(y),
        isStrong: one.id === highlightId,
        ...colourOf(looks.get(one.id)),
      }))}
      note={left > 0 ? `and ${left} more` : undefined}
    />
  );
}

function colourOf(look: Look | undefined) {
  return look ? { colour: look.colour } : {};
}

/** As many as there is room for: the highest, and those around the highlighted one. */
function around(sorted: readonly Reading[], highlightId: string | null | undefined): readonly Reading[] {
  if (sorted.length <= MAX_ROWS) return sorted;
  const index = sorted.findIndex(({ one }) => one.id === highlightId);
  const from = Math.max(0, Math.min(sorted.length - MAX_ROWS, index - MAX_ROWS / 2));
  return sorted.slice(from, from + MAX_ROWS);
}

function readingsAt(series: readonly LineSeries[], at: number, frame: Frame): Reading[] {
  const farthest = frame.width * FARTHEST;
  const pixel = frame.x(at);
  return series.flatMap((one) => {
    if (one.isGuide) return [];
    const index = nearestIndex(one.x, at);
    const [x, y] = [one.x[index] ?? Number.NaN, one.y[index] ?? Number.NaN];
    return Number.isFinite(y) && Math.abs(frame.x(x) - pixel) <= farthest ? [{ one, x, y }] : [];
  });
}
