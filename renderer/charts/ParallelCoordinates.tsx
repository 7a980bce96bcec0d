import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber, formatPlural } from '../app/format.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { Axis, type Brush } from './ParallelAxis.tsx';
import classes from './ParallelCoordinates.module.css';
import { ink, mix, useScheme } from './palette.ts';
import { axisOf, type ParallelAxis, placeOf } from './parallel-axes.ts';

/** One line: a value an axis, in the order of the axes; null where there is none (the line breaks there). */
export type ParallelLine = { id: string; label: string; values: readonly (number | string | null)[] };

type Props = {
  title: string;
  hidesTitle?: boolean;
  axes: readonly ParallelAxis[];
  lines: readonly ParallelLine[];
  /** Index of the axis that colours the lines; the last when left out. */
  colourBy?: number;
  /** Called with the ids that pass through every brush, or null when there is no brush. */
  onBrush?: (ids: readonly string[] | null) => void;
  onPick?: (id: string) => void;
  height?: number;
};

const WIDTH = 1000;
const MARGIN = { top: 40, right: 90, bottom: 14, left: 90 };
/** From low to high; dark to bright in lightness too, so that it reads without hue. */
const ramps = { light: ['#c9a227', '#0b4f8a'], dark: ['#7a5a10', '#7fd0ff'] } as const;

/** One line a run over one axis a column: how parameters lead to a metric. Drag along an axis to keep only a range. */
export function ParallelCoordinates(props: Props) {
  const { title, axes, lines, height = 340, onBrush, onPick } = props;
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const [hovered, setHovered] = useState<string | null>(null);
  const [brushes, setBrushes] = useState<ReadonlyMap<number, Brush>>(new Map());
  const scales = useMemo(
    () =>
      axes.map((axis, index) =>
        axisOf(
          axis,
          lines.map((line) => line.values[index] ?? null),
        ),
      ),
    [axes, lines],
  );
  const plotHeight = height - MARGIN.top - MARGIN.bottom;
  const xOf = (index: number) =>
    axes.length < 2
      ? WIDTH / 2
      : MARGIN.left + (index / (axes.length - 1)) * (WIDTH - MARGIN.left - MARGIN.right);
  const yOf = (place: number) => MARGIN.top + (1 - place) * plotHeight;
  const colourBy = props.colourBy ?? axes.length - 1;

  const drawn = lines.map((line) => {
    const places = line.values.map((value, index) => placeOf(scales[index], value));
    const passes = [...brushes].every(([index, brush]) => {
      const place = places[index] ?? null;
      return place !== null && place >= brush.from && place <= brush.to;
    });
    const place = places[colourBy] ?? null;
    const colour = place === null ? ink[scheme].dim : mix(ramps[scheme][0], ramps[scheme][1], place);
    return { line, passes, colour, path: pathOf(places, xOf, yOf) };
  });
  const change = (index: number, brush: Brush | null) => {
    const next = new Map(brushes);
    if (brush) next.set(index, brush);
    else next.delete(index);
    setBrushes(next);
    const passing = (line: ParallelLine) =>
      [...next].every(([axis, { from, to }]) => {
        const place = placeOf(scales[axis], line.values[axis] ?? null);
        return place !== null && place >= from && place <= to;
      });
    onBrush?.(next.size === 0 ? null : lines.filter(passing).map((line) => line.id));
  };

  const table = useCallback(
    () => ({
      columns: ['label', ...axes.map((axis) => axis.label)],
      rows: lines.map((line) => [line.label, ...line.values]),
    }),
    [axes, lines],
  );
  const image = useCallback(() => svgImage(svg.current, ink[scheme].surface), [scheme]);
  const summary = `${title}: ${formatPlural(lines.length, 'line')} over ${axes.map((axis) => axis.label).join(', ')}, coloured by ${axes[colourBy]?.label ?? 'nothing'}.`;
  const current = drawn.find(({ line }) => line.id === hovered);
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      image={image}
      onResetZoom={
        brushes.size > 0
          ? () => {
              setBrushes(new Map());
              onBrush?.(null);
            }
          : undefined
      }
    >
      <svg
        ref={svg}
        viewBox={`0 0 ${WIDTH} ${height}`}
        className={classes.svg}
        role="img"
        aria-label={summary}
      >
        {drawn.map(({ line, passes, colour, path }) => (
          // biome-ignore lint/a11y/noStaticElementInteractions: the hidden table below says the same in words.
          <path
            key={line.id}
            d={path}
            fill="none"
            stroke={passes ? colour : ink[scheme].grid}
            strokeWidth={line.id === hovered ? 3 : 1.4}
            opacity={hovered !== null && line.id !== hovered ? 0.25 : passes ? 0.85 : 0.6}
            onMouseEnter={() => setHovered(line.id)}
            onMouseLeave={() => setHovered(null)}
            onClick={() => onPick?.(line.id)}
            style={{ cursor: onPick ? 'pointer' : undefined }}
          />
        ))}
        {scales.map((scale, index) => (
          <Axis
            key={scale.label}
            scale={scale}
            x={xOf(index)}
            top={MARGIN.top}
            height={plotHeight}
            brush={brushes.get(index) ?? null}
            onBrush={(brush) => change(index, brush)}
            ink={ink[scheme]}
          />
        ))}
      </svg>
      <p className={classes.note} aria-hidden="true">
        {current
          ? `${current.line.label}: ${axes.map((axis, index) => `${axis.label} ${text(current.line.values[index])}`).join(' · ')}`
          : 'Drag along an axis to keep only a range; click the axis to let go.'}
      </p>
    </ChartFrame>
  );
}

function text(value: number | string | null | undefined): string {
  return typeof value === 'number' ? formatNumber(value) : (value ?? '–');
}

function pathOf(
  places: readonly (number | null)[],
  xOf: (index: number) => number,
  yOf: (place: number) => number,
): string {
  let path = '';
  let isOpen = false;
  places.forEach((place, index) => {
    if (place === null) {
      isOpen = false;
      return;
    }
    path += `${isOpen ? 'L' : 'M'}${xOf(index).toFixed(1)},${yOf(place).toFixed(1)}`;
    isOpen = true;
  });
  return path;
}

async function svgImage(
  svg: SVGSVGElement | null,
  ground: string,
): Promise<{ content: Blob; ending: 'svg' } | null> {
  if (!svg) return null;
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) return null;
  copy.setAttribute('xmlns', 'http://www.w3.org/2000/svg');
  copy.setAttribute('style', `background:${ground};font:12px sans-serif`);
  return { content: new Blob([copy.outerHTML], { type: 'image/svg+xml' }), ending: 'svg' };
}
