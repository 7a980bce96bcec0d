import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber, formatPlural } from '../app/format.ts';
import type { PlotAxis } from './axes.ts';
import { boxOf } from './box.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { ChartTooltip } from './ChartTooltip.tsx';
import { drawingOf } from './drawing.ts';
import { type Frame, type Pixel, Plot } from './Plot.tsx';
import { lookOf, useScheme } from './palette.ts';
import { extentOf, rangeToDraw, scaleOver } from './scale.ts';

export type BoxPoint = { value: number; label: string; id: string };
export type BoxGroup = { name: string; points: readonly BoxPoint[]; colour?: number | string };

type Props = {
  title: string;
  groups: readonly BoxGroup[];
  xLabel: string;
  yLabel: string;
  isLogY?: boolean;
  onPick?: (id: string) => void;
  height?: number;
};

const REACH = 10;

/** A box a group (quartiles, median, whiskers after Tukey) with every point beside its middle. */
export function BoxPlot({ title, groups, xLabel, yLabel, isLogY = false, onPick, height = 340 }: Props) {
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const [pointed, setPointed] = useState<{ group: number; point: BoxPoint | null } | null>(null);
  const boxes = useMemo(
    () => groups.map((group) => boxOf(group.points.map((point) => point.value))),
    [groups],
  );
  const x = useMemo(
    (): PlotAxis => ({ label: xLabel, names: groups.map((group) => group.name) }),
    [groups, xLabel],
  );
  const y = useMemo((): PlotAxis => {
    const columns = groups.map((group) => group.points.map((point) => point.value));
    const range = rangeToDraw(extentOf(columns, isLogY), { isLog: isLogY, margin: 0.06 });
    return { label: yLabel, scale: scaleOver(range, isLogY) };
  }, [groups, yLabel, isLogY]);
  const table = useCallback(
    () => ({
      columns: [xLabel, 'run', yLabel],
      rows: groups.flatMap((group) => group.points.map((point) => [group.name, point.label, point.value])),
    }),
    [groups, xLabel, yLabel],
  );
  const outline = useCallback(
    () => ({
      columns: [xLabel, 'runs', 'lower quartile', 'median', 'upper quartile'],
      rows: groups.map((group, index) => {
        const box = boxes[index];
        return [group.name, group.points.length, box?.q1 ?? null, box?.median ?? null, box?.q3 ?? null];
      }),
    }),
    [groups, boxes, xLabel],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const summary = `${title}: ${formatPlural(groups.length, 'group')}. ${groups
    .slice(0, 8)
    .map((group, index) => `${group.name}: median ${formatNumber(boxes[index]?.median)}`)
    .join(', ')}.`;
  const box = pointed === null ? null : boxes[pointed.group];
  return (
    <ChartFrame title={title} summary={summary} table={table} outline={outline} drawing={drawing}>
      <Plot
        svgRef={svg}
        summary={summary}
        height={height}
        x={x}
        y={y}
        onPoint={(at, frame) => setPointed(at && pointedAt(groups, at, frame))}
        onPress={() => {
          if (pointed?.point) onPick?.(pointed.point.id);
        }}
        onKey={(event) => {
          const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
          if (step === undefined) return;
          event.preventDefault();
          const group = (pointed?.group ?? -step) + step;
          setPointed({ group: Math.min(groups.length - 1, Math.max(0, group)), point: null });
        }}
        overlay={(frame) =>
          pointed === null || !box ? null : (
            <ChartTooltip
              frame={frame}
              at={frame.x(pointed.group)}
              title={`${xLabel} ${groups[pointed.group]?.name}`}
              rows={[
                ...(pointed.point
                  ? [{ label: pointed.point.label, value: formatNumber(pointed.point.value), isStrong: true }]
                  : []),
                { label: 'upper quartile', value: formatNumber(box.q3) },
                { label: 'median', value: formatNumber(box.median) },
                { label: 'lower quartile', value: formatNumber(box.q1) },
              ]}
              note={formatPlural(groups[pointed.group]?.points.length ?? 0, 'run')}
            />
          )
        }
      >
        {(frame) =>
          groups.map((group, index) => (
            <Box
              key={group.name}
              group={group}
              box={boxes[index]}
              index={index}
              frame={frame}
              colour={lookOf(group.colour ?? 0, scheme).colour}
              pointedId={pointed?.point?.id}
              room={frame.width / groups.length}
            />
          ))
        }
      </Plot>
    </ChartFrame>
  );
}

type BoxProps = {
  group: BoxGroup;
  box: ReturnType<typeof boxOf> | undefined;
  index: number;
  frame: Frame;
  colour: string;
  pointedId: string | undefined;
  room: number;
};

function Box({ group, box, index, frame, colour, pointedId, room }: BoxProps) {
  if (!box) return null;
  const half = Math.min(34, room * 0.3);
  const x = frame.x(index);
  const [q1, q3, median] = [frame.y(box.q1), frame.y(box.q3), frame.y(box.median)];
  return (
    <g>
      <path
        d={`M${x},${frame.y(box.high)}V${q3}M${x},${q1}V${frame.y(box.low)}`}
        stroke={colour}
        strokeWidth="1.2"
      />
      <rect
        x={x - half}
        width={2 * half}
        y={q3}
        height={Math.max(1, q1 - q3)}
        fill={colour}
        fillOpacity={0.16}
        stroke={colour}
        strokeWidth="1.2"
      />
      <path d={`M${x - half},${median}H${x + half}`} stroke={colour} strokeWidth="2.4" />
      {group.points.map((point, at) => (
        <circle
          key={point.id}
          cx={x + spread(at, half)}
          cy={frame.y(point.value)}
          r={point.id === pointedId ? 5 : 3}
          fill={colour}
          fillOpacity={0.75}
          stroke={point.id === pointedId ? frame.ink.text : frame.ink.surface}
        />
      ))}
    </g>
  );
}

/** Points of a group stand beside each other, always at the same place: fractions of the golden ratio spread evenly. */
function spread(index: number, half: number): number {
  return (((index + 1) * 0.618034) % 1) * half * 1.4 - half * 0.7;
}

function pointedAt(groups: readonly BoxGroup[], at: Pixel, frame: Frame) {
  const index = Math.round(frame.xValue(at.x));
  const group = groups[index];
  if (!group) return null;
  const half = Math.min(34, (frame.width / groups.length) * 0.3);
  let found: BoxPoint | null = null;
  let least = REACH;
  group.points.forEach((point, place) => {
    const distance = Math.hypot(frame.x(index) + spread(place, half) - at.x, frame.y(point.value) - at.y);
    if (distance < least) [found, least] = [point, distance];
  });
  return { group: index, point: found };
}
