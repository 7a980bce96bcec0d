import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { ChartTooltip } from './ChartTooltip.tsx';
import { drawingOf } from './drawing.ts';
import { Plot } from './Plot.tsx';
import { lookOf, useScheme } from './palette.ts';
import { extentOf, rangeToDraw, scaleOver } from './scale.ts';
import { type WaterfallStep, waterfallBars } from './waterfall.ts';

type Props = {
  title: string;
  hidesTitle?: boolean;
  /** Where the steps begin; the steps lead from here to the end. */
  base: number;
  steps: readonly WaterfallStep[];
  valueLabel: string;
  /** More steps than this are brought together in one. */
  most?: number;
};

const rowHeight = 22;

/** How steps lead from one value to another: the strongest on top, which is the last one. */
export function Waterfall({ title, hidesTitle = false, base, steps, valueLabel, most = 12 }: Props) {
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const [row, setRow] = useState<number | null>(null);
  const bars = useMemo(() => waterfallBars(base, steps, most), [base, steps, most]);
  const end = bars[0]?.to ?? base;
  const x = useMemo((): PlotAxis => {
    const range = rangeToDraw(extentOf([[base, ...bars.flatMap(({ from, to }) => [from, to])]]));
    const room = (range.max - range.min) * 0.05;
    return { label: valueLabel, scale: scaleOver({ min: range.min - room, max: range.max + room }) };
  }, [base, bars, valueLabel]);
  const y = useMemo((): PlotAxis => ({ names: bars.map(({ label }) => label).reverse() }), [bars]);
  const table = useCallback(
    () => ({
      columns: ['input', 'contribution', 'standard error', 'from', 'to'],
      rows: bars.map((bar) => [bar.label, bar.to - bar.from, bar.error, bar.from, bar.to]),
    }),
    [bars],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const [raises, lowers] = [lookOf(0, scheme).colour, lookOf(1, scheme).colour];
  const summary = `${title}: from ${formatNumber(base, 4)} to ${formatNumber(end, 4)}; strongest: ${bars
    .slice(0, 3)
    .map((bar) => `${bar.label} ${signed(bar.to - bar.from)}`)
    .join(', ')}.`;
  return (
    <ChartFrame
      title={title}
      hidesTitle={hidesTitle}
      summary={summary}
      table={table}
      drawing={drawing}
      legend={[
        { id: 'raises', label: 'raises it', colour: raises },
        { id: 'lowers', label: 'lowers it', colour: lowers },
      ]}
    >
      <Plot
        svgRef={svg}
        summary={summary}
        height={Math.max(100, 46 + bars.length * rowHeight)}
        x={x}
        y={y}
        onPoint={(at, frame) => {
          const found = at && Math.floor(((at.y - frame.top) / frame.height) * bars.length);
          setRow(found !== null && found >= 0 && found < bars.length ? found : null);
        }}
        onKey={(event) => {
          const step = { ArrowUp: -1, ArrowDown: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          setRow(Math.min(bars.length - 1, Math.max(0, (row ?? -step) + step)));
        }}
        overlay={(frame) => {
          const bar = row === null ? undefined : bars[row];
          if (bar === undefined) return null;
          const error = bar.error === null ? '' : ` ± ${formatNumber(bar.error, 2)}`;
          return (
            <ChartTooltip
              frame={frame}
              at={frame.x(Math.max(bar.from, bar.to))}
              title={bar.label}
              rows={[
                {
                  label: bar.to >= bar.from ? 'raises it' : 'lowers it',
                  value: `${signed(bar.to - bar.from)}${error}`,
                  colour: bar.to >= bar.from ? raises : lowers,
                },
              ]}
            />
          );
        }}
      >
        {(frame) => {
          const room = frame.height / Math.max(1, bars.length);
          return bars.map((bar, index) => {
            const top = frame.top + index * room + room * 0.15;
            const [left, right] = [frame.x(bar.from), frame.x(bar.to)];
            const middle = top + room * 0.35;
            return (
              <g
                key={bar.label}
                fill={right >= left ? raises : lowers}
                stroke={scheme === 'dark' ? '#8b98a5' : '#66727f'}
              >
                <rect
                  x={Math.min(left, right)}
                  y={top}
                  width={Math.max(1, Math.abs(right - left))}
                  height={room * 0.7}
                  stroke="none"
                />
                {index > 0 ? (
                  <path d={`M${right.toFixed(1)},${top.toFixed(1)}v${(-room * 0.3).toFixed(1)}`} />
                ) : null}
                {bar.error === null || bar.error === 0 ? null : (
                  <path
                    d={`M${frame.x(bar.to - bar.error).toFixed(1)},${middle.toFixed(1)}H${frame.x(bar.to + bar.error).toFixed(1)}`}
                  />
                )}
              </g>
            );
          });
        }}
      </Plot>
    </ChartFrame>
  );
}

function signed(value: number): string {
  return `${value > 0 ? '+' : ''}${formatNumber(value, 3)}`;
}
