import { formatNumber } from '../app/format.ts';
import { type NumberScale, ticksOf } from './scale.ts';

/** One axis of a plot: numbers on a scale, or names beside each other. */
export type PlotAxis = {
  label?: string | undefined;
  /** How numbers read at the ticks. */
  format?: ((value: number) => string) | undefined;
} & ({ scale: NumberScale } | { names: readonly string[] });

export type Tick = { place: number; text: string; isName?: boolean };

/** About the width of a character of a tick label at 11 px. */
export const CHARACTER = 6.2;
const LINE = 34;
const GAP = 22;
const LONGEST_NAME = 30;

/** Ticks of a vertical axis: numbers about 34 px apart, every name that has room. */
export function verticalTicks(axis: PlotAxis, height: number): Tick[] {
  if ('names' in axis) return nameTicks(axis.names, Math.max(1, Math.floor(height / 14)), LONGEST_NAME);
  return numberTicks(axis, Math.max(2, Math.floor(height / LINE)));
}

/** Ticks of a horizontal axis: as many as stand beside each other without touching. */
export function horizontalTicks(axis: PlotAxis, width: number): Tick[] {
  if ('names' in axis) {
    const longest = Math.min(14, Math.max(...axis.names.map((name) => name.length), 1));
    const fit = Math.max(1, Math.floor(width / (longest * CHARACTER + 10)));
    return nameTicks(axis.names, fit, Math.floor(width / Math.min(fit, axis.names.length || 1) / CHARACTER));
  }
  // How long the labels are depends on how many there are, so the first guess is taken twice.
  let ticks = numberTicks(axis, 6);
  for (let round = 0; round < 2; round++) {
    const longest = Math.max(...ticks.map((tick) => tick.text.length), 1);
    ticks = numberTicks(axis, Math.min(10, Math.max(1, Math.floor(width / (longest * CHARACTER + GAP)))));
  }
  return ticks;
}

/** Room that the labels of a vertical axis need. */
export function labelWidth(ticks: readonly Tick[]): number {
  return Math.max(14, ...ticks.map((tick) => tick.text.length * CHARACTER)) + 10;
}

function numberTicks(axis: Extract<PlotAxis, { scale: NumberScale }>, count: number): Tick[] {
  const format = axis.format ?? ((value: number) => formatNumber(value));
  return ticksOf(axis.scale, count).map((value) => ({
    place: axis.scale.place(value),
    text: format(value),
  }));
}

function nameTicks(names: readonly string[], fit: number, longest: number): Tick[] {
  const every = Math.max(1, Math.ceil(names.length / fit));
  return names
    .map((name, index) => ({
      place: (index + 0.5) / names.length,
      text: shorten(name, Math.max(3, longest)),
      isName: true,
    }))
    .filter((_, index) => index % every === 0);
}

/** A text of at most `longest` characters, its end cut off. */
export function shorten(text: string, longest: number): string {
  return text.length > longest ? `${text.slice(0, longest - 1)}…` : text;
}
