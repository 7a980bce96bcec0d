import { useElementSize } from '@mantine/hooks';
import { useCallback, useMemo, useRef, useState } from 'react';
import { formatNumber, formatPlural } from '../app/format.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { drawingOf } from './drawing.ts';
import { Axis } from './ParallelAxis.tsx';
import classes from './ParallelCoordinates.module.css';
import { ParallelHandle } from './ParallelHandle.tsx';
import { ink, mix, ramps, useScheme } from './palette.ts';
import { axisOf, type Brush, type ParallelAxis, passesAll, placeOf } from './parallel-axes.ts';

/** One line: a value an axis, in the order of the axes; null where there is none (the line breaks there). */
export type ParallelLine = { id: string; label: string; values: readonly (number | string | null)[] };

type Props = {
  title: string;
  hidesTitle?: boolean;
  axes: readonly ParallelAxis[];
  lines: readonly ParallelLine[];
  /** Index of the axis that colours the lines; the last when left out. */
  colourBy?: number;
  /** Kept ranges by the index of their axis. */
  brushes: ReadonlyMap<number, Brush>;
  onBrush: (brushes: ReadonlyMap<number, Brush>) => void;
  /** An axis was taken from one place to another. */
  onMove: (from: number, to: number) => void;
  onPick?: (id: string) => void;
  height?: number;
};

const MARGIN = { top: 40, right: 70, bottom: 12, left: 70 };

/**
 * One line a run over one axis a column: how parameters lead to a metric. Drag along an axis to keep only a range, drag its
 * name to another place.
 */
export function ParallelCoordinates(props: Props) {
  const { title, axes, lines, brushes, onBrush, onMove, onPick, height = 360 } = props;
  const scheme = useScheme();
  const svg = useRef<SVGSVGElement>(null);
  const { ref, width } = useElementSize<HTMLDivElement>();
  const [hovered, setHovered] = useState<string | null>(null);
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
  const colourBy = props.colourBy ?? axes.length - 1;
  const xs = useMemo(() => {
    const room = Math.max(0, width - MARGIN.left - MARGIN.right);
    return axes.map((_, index) =>
      axes.length < 2 ? width / 2 : MARGIN.left + (index / (axes.length - 1)) * room,
    );
  }, [axes, width]);
  const drawn = useMemo(
    () =>
      lines.map((line) => {
        const places = line.values.map((value, index) => placeOf(scales[index], value));
        const place = places[colourBy] ?? null;
        const colour = place === null ? ink[scheme].dim : mix(...ramps[scheme], place);
        return { line, places, colour, path: pathOf(places, xs, plotHeight) };
      }),
    [lines, scales, colourBy, scheme, xs, plotHeight],
  );
  const change = (index: number, brush: Brush | null) => {
    const next = new Map(brushes);
    if (brush) next.set(index, brush);
    else next.delete(index);
    onBrush(next);
  };
  const table = useCallback(
    () => ({
      columns: ['label', ...axes.map((axis) => axis.label)],
      rows: lines.map((line) => [line.label, ...line.values]),
    }),
    [axes, lines],
  );
  const drawing = useCallback(() => drawingOf(svg.current), []);
  const kept = drawn.filter(({ places }) => passesAll(places, brushes)).length;
  const summary = `${title}: ${formatPlural(lines.length, 'line')} over ${axes.map((axis) => axis.label).join(', ')}, coloured by ${axes[colourBy]?.label ?? 'nothing'}.${brushes.size > 0 ? ` ${kept} kept.` : ''}`;
  const current = drawn.find(({ line }) => line.id === hovered);
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      drawing={drawing}
      onResetZoom={brushes.size > 0 ? () => onBrush(new Map()) : undefined}
    >
      <div ref={ref} className={classes.plot} style={{ height }}>
        {width === 0 ? null : (
          <svg
            ref={svg}
            width={width}
            height={height}
            viewBox={`0 0 ${width} ${height}`}
            role="img"
            aria-label={summary}
          >
            {drawn.map(({ line, places, colour, path }) => {
              const passes = passesAll(places, brushes);
              return (
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
              );
            })}
            {scales.map((scale, index) => (
              <Axis
                key={scale.label}
                scale={scale}
                x={xs[index] ?? 0}
                top={MARGIN.top}
                height={plotHeight}
                brush={brushes.get(index) ?? null}
                onBrush={(brush) => change(index, brush)}
                ink={ink[scheme]}
              />
            ))}
          </svg>
        )}
        {axes.map((axis, index) => (
          <ParallelHandle
            key={axis.label}
            label={axis.label}
            index={index}
            places={xs}
            brush={brushes.get(index) ?? null}
            onBrush={(brush) => change(index, brush)}
            onMove={onMove}
          />
        ))}
      </div>
      <p className={classes.note} aria-hidden="true">
        {current
          ? `${current.line.label}: ${axes.map((axis, index) => `${axis.label} ${text(current.line.values[index])}`).join(' · ')}`
          : 'Drag along an axis to keep only a range, click it to let go; drag its name to move it.'}
      </p>
    </ChartFrame>
  );
}

function text(value: number | string | null | undefined): string {
  return typeof value === 'number' ? formatNumber(value) : (value ?? '–');
}

function pathOf(places: readonly (number | null)[], xs: readonly number[], height: number): string {
  let path = '';
  let isOpen = false;
  places.forEach((place, index) => {
    if (place === null) {
      isOpen = false;
      return;
    }
    const y = MARGIN.top + (1 - place) * height;
    path += `${isOpen ? 'L' : 'M'}${(xs[index] ?? 0).toFixed(1)},${y.toFixed(1)}`;
    isOpen = true;
  });
  return path;
}
