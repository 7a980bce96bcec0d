import { type KeyboardEvent, useState } from 'react';
import classes from './ParallelCoordinates.module.css';
import type { Brush } from './parallel-axes.ts';

type Props = {
  label: string;
  index: number;
  /** Where the axes stand, in pixels. */
  places: readonly number[];
  brush: Brush | null;
  onBrush: (brush: Brush | null) => void;
  onMove: (from: number, to: number) => void;
};

const STEP = 0.1;

/**
 * The name of an axis as something to hold: dragged, or moved with the arrow keys; up and down keep a smaller range of
 * the axis, Escape lets it go.
 */
export function ParallelHandle({ label, index, places, brush, onBrush, onMove }: Props) {
  const [dragged, setDragged] = useState<{ from: number; by: number } | null>(null);
  const x = (places[index] ?? 0) + (dragged?.by ?? 0);
  const onKeyDown = (event: KeyboardEvent) => {
    const { from, to } = brush ?? { from: 0, to: 1 };
    const actions: Record<string, () => void> = {
      ArrowLeft: () => onMove(index, Math.max(0, index - 1)),
      ArrowRight: () => onMove(index, Math.min(places.length - 1, index + 1)),
      ArrowUp: () => onBrush({ from: Math.min(from + STEP, to), to }),
      ArrowDown: () => onBrush({ from, to: Math.max(to - STEP, from) }),
      Escape: () => onBrush(null),
    };
    const action = actions[event.key];
    if (!action) return;
    event.preventDefault();
    action();
  };
  const nearest = () => {
    const distances = places.map((place) => Math.abs(place - x));
    return distances.indexOf(Math.min(...distances));
  };
  return (
    <button
      type="button"
      className={classes.handle}
      data-dragged={dragged ? true : undefined}
      style={{ left: x }}
      title={label}
      aria-label={`Axis ${label}: left and right move it, up and down keep a range`}
      onKeyDown={onKeyDown}
      onPointerDown={(event) => {
        event.currentTarget.setPointerCapture(event.pointerId);
        setDragged({ from: event.clientX, by: 0 });
      }}
      onPointerMove={(event) => {
        if (dragged) setDragged({ ...dragged, by: event.clientX - dragged.from });
      }}
      onPointerUp={() => {
        const to = nearest();
        setDragged(null);
        if (dragged && Math.abs(dragged.by) > 8 && to !== index) onMove(index, to);
      }}
      onPointerCancel={() => setDragged(null)}
    />
  );
}
