import { formatDuration, NO_VALUE } from '../../app/format.ts';

/** A time within a trace, down to microseconds: 12 µs, 3.4 ms, 1.2 s. */
export function formatSpanTime(milliseconds: number | null): string {
  if (milliseconds === null) return NO_VALUE;
  if (milliseconds === 0) return '0';
  if (milliseconds < 0.9995) return `${Math.round(milliseconds * 1000)} µs`;
  if (milliseconds < 9.95) return `${Number(milliseconds.toFixed(1))} ms`;
  return formatDuration(milliseconds);
}
