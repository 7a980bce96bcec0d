import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { ChartTooltip } from './ChartTooltip.tsx';
import { drawingOf } from './drawing.ts';
import { type Frame, Plot } from './Plot.tsx';
import { ink, lookOf, mix, ramps, useScheme } from './palette.ts';
import { extentOf, rangeToDraw, scaleOver } from './scale.ts';

/** `offset` −0.5 to 0.5 above or below the middle of its line, `shade` 0 to 1 or null for none. */
export type SwarmPoint = { x: number; offset: number; shade: number | null; value: string };
export type Swarm = { name: string; points: readonly SwarmPoint[] };

type Props = {
  title: string;
  hidesTitle?: boolean;
  /** The first stands on top. */
  swarms: readonly Swarm[];
  valueLabel: string;
};

type Pointed = { swarm: Swarm; point: SwarmPoint };

/** Lines down, and dots to the right. */
const moves: Record<string, [lines: number, steps: number]> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

const lineHeight = 34;
const radius = 2.4;

/** Many values by name, a dot each, coloured by what else is known of them. */
export function Beeswarm({ title, hidesTitle = false, swarms, valueLabel }: Props) {
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const [pointed, setPointed] = useState<Pointed | null>(null);
  const x = useMemo((): PlotAxis => {
    const range = rangeToDraw(extentOf([[0], ...swarms.map(({ points }) => points.map((point) => point.x))]));
    const room = (range.max - range.min) * 0.03;
    return { label: valueLabel, scale: scaleOver({ min: range.min - room, max: range.max + room }) };
  }, [swarms, valueLabel]);
  const y = useMemo((): PlotAxis => ({ names: swarms.map(({ name }) => name).reverse() }), [swarms]);
  const [low, high] = ramps[scheme];
  const colourOf = (shade: number | null) =>
    shade === null ? lookOf(0, scheme).colour : mix(low, high, shade);
  const table = useCallback(
    () => ({
      columns: ['input', 'value', valueLabel],
      rows: swarms.flatMap(({ name, points }) => points.map((point) => [name, point.value, point.x])),
    }),
    [swarms, valueLabel],
  );
  const outline = useCallback(
    () => ({
      columns: ['input', 'smallest', 'largest'],
      rows: swarms.map(({ name, points }) => {
        const extent = extentOf([points.map((point) => point.x)]);
        return [name, extent?.min ?? null, extent?.max ?? null];
      }),
    }),
    [swarms],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const summary = `${title}: ${swarms[0]?.points.length ?? 0} dots a line for ${swarms.map(({ name }) => name).join(', ')}.`;
  const topOf = (index: number, offset: number, frame: Frame) =>
    frame.top + ((index + 0.5 - offset * 0.8) * frame.height) / Math.max(1, swarms.length);
  return (
    <ChartFrame
      title={title}
      hidesTitle={hidesTitle}
      summary={summary}
      table={table}
      outline={outline}
      drawing={drawing}
      legend={[
        { id: 'low', label: 'small value', colour: low },
        { id: 'high', label: 'large value', colour: high },
      ]}
    >
      <Plot
        svgRef={svg}
        summary={summary}
        height={Math.max(120, 46 + swarms.length * lineHeight)}
        x={x}
        y={y}
        onPoint={(at, frame) => {
          if (at === null) return setPointed(null);
          let nearest: Pointed | null = null;
          let distance = 100;
          swarms.forEach((swarm, index) => {
            for (const point of swarm.points) {
              const away = (frame.x(point.x) - at.x) ** 2 + (topOf(index, point.offset, frame) - at.y) ** 2;
              if (away >= distance) continue;
              distance = away;
              nearest = { swarm, point };
            }
          });
          setPointed(nearest);
        }}
        onKey={(event) => {
          const [lines, steps] = moves[event.key] ?? [0, 0];
          if (lines === 0 && steps === 0) return;
          event.preventDefault();
          setPointed(neighbour(swarms, pointed, lines, steps));
        }}
        overlay={(frame) =>
          pointed === null ? null : (
            <ChartTooltip
              frame={frame}
              at={frame.x(pointed.point.x)}
              title={`${pointed.swarm.name} ${pointed.point.value}`}
              rows={[{ label: valueLabel, value: formatNumber(pointed.point.x, 4) }]}
            />
          )
        }
      >
        {(frame) => (
          <>
            <path
              d={`M${frame.x(0).toFixed(1)},${frame.top}v${frame.height}`}
              stroke={ink[scheme].line}
              fill="none"
            />
            {swarms.map((swarm, index) => (
              <g key={swarm.name} fillOpacity={0.8}>
                {swarm.points.map((point, row) => (
                  <circle
                    // biome-ignore lint/suspicious/noArrayIndexKey: dots have no id.
                    key={row}
                    cx={frame.x(point.x).toFixed(1)}
                    cy={topOf(index, point.offset, frame).toFixed(1)}
                    r={radius}
                    fill={colourOf(point.shade)}
                  />
                ))}
              </g>
            ))}
          </>
        )}
      </Plot>
    </ChartFrame>
  );
}

/** The dot beside the one pointed at: on another line the nearest, on the same the next by value. */
function neighbour(
  swarms: readonly Swarm[],
  from: Pointed | null,
  lines: number,
  steps: number,
): Pointed | null {
  const line = from === null ? 0 : swarms.indexOf(from.swarm) + lines;
  const swarm = swarms[Math.min(swarms.length - 1, Math.max(0, line))];
  if (swarm === undefined) return null;
  const sorted = [...swarm.points].sort((a, b) => a.x - b.x);
  const here =
    from?.swarm === swarm
      ? sorted.indexOf(from.point)
      : sorted.findIndex(({ x }) => x >= (from?.point.x ?? 0));
  const at = (here < 0 ? sorted.length - 1 : here) + (from?.swarm === swarm ? steps : 0);
  const point = sorted[Math.min(sorted.length - 1, Math.max(0, at))];
  return point === undefined ? null : { swarm, point };
}
