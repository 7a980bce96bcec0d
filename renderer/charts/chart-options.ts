import type { ChartOptions, CoreScaleOptions, Scale, ScaleOptionsByType, Tick } from 'chart.js';
import { formatNumber } from '../app/format.ts';
import { ink, type Scheme } from './palette.ts';

/** How the ends of an axis are set; what is left out follows the data. */
export type Bounds = { min?: number | undefined; max?: number | undefined };

export type AxisLook = {
  label?: string | undefined;
  isLog?: boolean;
  bounds?: Bounds | undefined;
  format?: ((value: number) => string) | undefined;
  startsAtZero?: boolean;
};

export const fontFamily =
  '-apple-system, BlinkMacSystemFont, "Segoe UI Variable Text", "Segoe UI", Roboto, "Helvetica Neue", "Noto Sans", "Open Sans", sans-serif';

/** A numeric axis in our look. */
export function numericAxis(scheme: Scheme, look: AxisLook) {
  const colours = ink[scheme];
  const format = look.format ?? ((value: number) => formatNumber(value));
  const { min, max } = look.bounds ?? {};
  return {
    type: look.isLog ? ('logarithmic' as const) : ('linear' as const),
    ...(min === undefined ? {} : { min }),
    ...(max === undefined ? {} : { max }),
    beginAtZero: look.startsAtZero ?? false,
    border: { color: colours.line },
    grid: { color: colours.grid, tickLength: 4 },
    title: {
      display: look.label !== undefined,
      text: look.label ?? '',
      color: colours.dim,
      font: { size: 11, family: fontFamily },
      padding: 2,
    },
    ticks: {
      color: colours.dim,
      font: { size: 11, family: fontFamily },
      maxRotation: 0,
      autoSkipPadding: 12,
      maxTicksLimit: 9,
      callback(this: Scale<CoreScaleOptions>, value: string | number, _index: number, _ticks: Tick[]) {
        return typeof value === 'number' ? format(value) : value;
      },
    },
  } satisfies Partial<ScaleOptionsByType<'linear' | 'logarithmic'>> | object;
}

/** What all charts share: no animation, our fonts, no built-in legend (ours is HTML), our tooltip. */
export function commonOptions(
  scheme: Scheme,
): ChartOptions<'line'> & ChartOptions<'bar'> & ChartOptions<'scatter'> {
  const colours = ink[scheme];
  return {
    responsive: true,
    maintainAspectRatio: false,
    animation: false,
    font: { family: fontFamily, size: 11 },
    layout: { padding: { top: 4, right: 6 } },
    plugins: {
      legend: { display: false },
      tooltip: {
        backgroundColor: colours.raised,
        titleColor: colours.dim,
        bodyColor: colours.text,
        footerColor: colours.dim,
        borderColor: colours.line,
        borderWidth: 1,
        cornerRadius: 5,
        padding: 8,
        boxWidth: 10,
        boxHeight: 3,
        boxPadding: 4,
        titleFont: { size: 11, weight: 'normal', family: fontFamily },
        bodyFont: { size: 12, family: fontFamily },
        footerFont: { size: 11, weight: 'normal', family: fontFamily },
        caretSize: 0,
        caretPadding: 10,
      },
    },
  };
}

/** Drag over a range to look closer, Ctrl and the wheel to go in and out; a double click shows everything again. */
export function zoomOptions(scheme: Scheme, mode: 'x' | 'xy') {
  const colours = ink[scheme];
  return {
    zoom: {
      mode,
      drag: {
        enabled: true,
        backgroundColor: `${colours.dim}33`,
        borderColor: colours.dim,
        borderWidth: 1,
        threshold: 6,
      },
      wheel: { enabled: true, modifierKey: 'ctrl' as const },
    },
  };
}
