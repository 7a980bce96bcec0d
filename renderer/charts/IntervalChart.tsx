import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { ChartTooltip } from './ChartTooltip.tsx';
import { drawingOf } from './drawing.ts';
import { Plot } from './Plot.tsx';
import { lookOf, useScheme } from './palette.ts';
import { dotPath } from './paths.ts';
import { extentOf, rangeToDraw, scaleOver } from './scale.ts';

export type IntervalRow = {
  label: string;
  value: number;
  /** null where nothing is known about it. */
  interval: { low: number; high: number } | null;
  /** Single values behind the mean. */
  points?: readonly number[];
  colour?: number | string;
  /** What the tooltip says besides. */
  note?: string;
};

type Props = {
  title: string;
  rows: readonly IntervalRow[];
  valueLabel: string;
  intervalLabel: string;
  /** A line at this value: no difference. */
  reference?: number;
};

/** Estimates with their intervals, one under the other (a forest plot). */
export function IntervalChart({ title, rows, valueLabel, intervalLabel, reference }: Props) {
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const [row, setRow] = useState<number | null>(null);
  const height = 56 + Math.max(1, rows.length) * 30;
  const x = useMemo((): PlotAxis => {
    const numbers = rows.flatMap((one) => [
      one.value,
      ...(one.interval ? [one.interval.low, one.interval.high] : []),
      ...(one.points ?? []),
    ]);
    const extent = extentOf([numbers, reference === undefined ? [] : [reference]]);
    return { label: valueLabel, scale: scaleOver(rangeToDraw(extent, { margin: 0.05 })) };
  }, [rows, reference, valueLabel]);
  const y = useMemo((): PlotAxis => ({ names: rows.map((one) => one.label).reverse() }), [rows]);
  const table = useCallback(
    () => ({
      columns: ['estimate', valueLabel, `${intervalLabel} from`, 'to'],
      rows: rows.map((one) => [one.label, one.value, one.interval?.low ?? null, one.interval?.high ?? null]),
    }),
    [rows, valueLabel, intervalLabel],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const read = (one: IntervalRow) =>
    one.interval
      ? `${formatNumber(one.value)} (${formatNumber(one.interval.low)} to ${formatNumber(one.interval.high)})`
      : formatNumber(one.value);
  const summary = `${title}, ${intervalLabel}: ${rows
    .slice(0, 10)
    .map((one) => `${one.label} ${read(one)}`)
    .join('; ')}.`;
  const shown = row === null ? undefined : rows[row];
  return (
    <ChartFrame title={title} summary={summary} table={table} drawing={drawing}>
      <Plot
        svgRef={svg}
        summary={summary}
        height={height}
        x={x}
        y={y}
        onPoint={(at, frame) => {
          const found = at && Math.floor(((at.y - frame.top) / frame.height) * rows.length);
          setRow(found !== null && found >= 0 && found < rows.length ? found : null);
        }}
        onKey={(event) => {
          const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          setRow(Math.min(rows.length - 1, Math.max(0, (row ?? -step) + step)));
        }}
        overlay={(frame) =>
          shown === undefined ? null : (
            <ChartTooltip
              frame={frame}
              at={frame.x(shown.value)}
              title={shown.label}
              rows={[{ label: intervalLabel, value: read(shown) }]}
              note={shown.note}
            />
          )
        }
      >
        {(frame) => (
          <>
            {reference === undefined ? null : (
              <path
                d={`M${frame.x(reference)},${frame.top}v${frame.height}`}
                stroke={frame.ink.dim}
                strokeDasharray="4 4"
              />
            )}
            {rows.map((one, index) => {
              const at = frame.y(rows.length - 1 - index);
              const { colour } = lookOf(one.colour ?? 0, scheme);
              return (
                <g key={one.label}>
                  {one.points ? (
                    <path
                      d={one.points.map((value) => dotPath(frame.x(value), at + 8, 2.2)).join('')}
                      fill={colour}
                      fillOpacity={0.45}
                    />
                  ) : null}
                  {one.interval ? (
                    <path
                      d={`M${frame.x(one.interval.low)},${at - 4}v8m0,-4H${frame.x(one.interval.high)}m0,-4v8`}
                      stroke={colour}
                      strokeWidth="1.8"
                      fill="none"
                    />
                  ) : null}
                  <circle cx={frame.x(one.value)} cy={at} r="4.5" fill={colour} stroke={frame.ink.surface} />
                </g>
              );
            })}
          </>
        )}
      </Plot>
    </ChartFrame>
  );
}
