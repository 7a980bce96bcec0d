import { type PointerEvent, useRef } from 'react';
import { formatNumber } from '../app/format.ts';
import { shorten } from './axes.ts';
import type { Ink } from './palette.ts';
import { type Brush, type ParallelScale, valueAt } from './parallel-axes.ts';

type Props = {
  scale: ParallelScale;
  x: number;
  top: number;
  height: number;
  brush: Brush | null;
  onBrush: (brush: Brush | null) => void;
  ink: Ink;
};

const TICKS = 5;
const SNAP = 0.02;
const MAX_NAMES = 14;

export function Axis({ scale, x, top, height, brush, onBrush, ink }: Props) {
  const start = useRef<number | null>(null);
  const yOf = (place: number) => top + (1 - place) * height;
  const placeAt = (event: PointerEvent<SVGRectElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    const place = 1 - (event.clientY - box.top) / box.height;
    // Who drags to the very end means the last value too.
    return place < SNAP ? 0 : place > 1 - SNAP ? 1 : place;
  };
  return (
    <g>
      <text x={x} y={top - 22} textAnchor="middle" fontSize="12" fontWeight="600" fill={ink.text}>
        {shorten(scale.label, 18)}
      </text>
      <line x1={x} x2={x} y1={top} y2={top + height} stroke={ink.line} />
      {ticksOf(scale).map((tick) => (
        <g key={tick.place} transform={`translate(${x} ${yOf(tick.place)})`}>
          <line x1="-4" x2="4" stroke={ink.line} />
          <text
            x="7"
            y="4"
            fontSize="11"
            fill={ink.dim}
            stroke={ink.surface}
            strokeWidth="3"
            paintOrder="stroke"
            style={{ pointerEvents: 'none' }}
          >
            {tick.text}
          </text>
        </g>
      ))}
      {brush ? (
        <rect
          x={x - 6}
          width="12"
          y={yOf(brush.to)}
          height={Math.max(2, (brush.to - brush.from) * height)}
          fill={ink.dim}
          opacity="0.35"
        />
      ) : null}
      <rect
        x={x - 12}
        width="24"
        y={top}
        height={height}
        fill="transparent"
        data-overlay
        data-axis={scale.label}
        style={{ cursor: 'ns-resize', touchAction: 'none' }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          start.current = placeAt(event);
        }}
        onPointerMove={(event) => {
          if (start.current === null) return;
          const place = placeAt(event);
          if (Math.abs(place - start.current) < 0.01) return;
          onBrush({ from: Math.min(start.current, place), to: Math.max(start.current, place) });
        }}
        onPointerUp={(event) => {
          const wasClick = start.current !== null && Math.abs(placeAt(event) - start.current) < 0.01;
          start.current = null;
          if (wasClick) onBrush(null);
        }}
      />
    </g>
  );
}

function ticksOf(scale: ParallelScale): { place: number; text: string }[] {
  if (scale.kind === 'names') {
    const step = Math.ceil(scale.names.length / MAX_NAMES);
    const last = Math.max(1, scale.names.length - 1);
    return scale.names
      .map((name, index) => ({
        place: scale.names.length === 1 ? 0.5 : index / last,
        text: shorten(name, 18),
        index,
      }))
      .filter(({ index }) => index % step === 0);
  }
  if (scale.min === scale.max) return [{ place: 0.5, text: formatNumber(scale.min, 3) }];
  const all = Array.from({ length: TICKS }, (_, index) => {
    const place = index / (TICKS - 1);
    return { place, text: formatNumber(valueAt(scale, place), 3) };
  });
  return all.filter((tick, index) => all.findIndex((other) => other.text === tick.text) === index);
}
