import { useComputedColorScheme } from '@mantine/core';

export type Scheme = 'light' | 'dark';

/**
 * Colours of series, always in this order. Hues from Okabe and Ito, "Color universal design" (2008), which people with
 * every common kind of colour blindness can tell apart; lightness adjusted for 3:1 against our grounds.
 */
const series: Record<Scheme, readonly string[]> = {
  light: ['#0072b2', '#c8500a', '#00805e', '#b0568c', '#8f6400', '#2f8fc4', '#6f4aa0', '#4d5560'],
  dark: ['#4fa8e0', '#f2884b', '#2fc495', '#e092c0', '#e6b13c', '#8ed2f5', '#b394e6', '#b4bdc7'],
};

const dashes: readonly (readonly number[])[] = [[], [6, 3], [2, 3], [9, 3, 2, 3]];

/** Colour and dash of the n-th series: after all colours are used they come again with another dash. */
export function seriesStyle(index: number, scheme: Scheme): { colour: string; dash: readonly number[] } {
  const colours = series[scheme];
  const colour = colours[index % colours.length] ?? '#4d5560';
  const dash = dashes[Math.floor(index / colours.length) % dashes.length] ?? [];
  return { colour, dash };
}

/** The look of a series: a place in the palette, or a colour of its own (#rrggbb). */
export function lookOf(colour: number | string, scheme: Scheme): { colour: string; dash: readonly number[] } {
  return typeof colour === 'string' ? { colour, dash: [] } : seriesStyle(colour, scheme);
}

/** From low to high; dark to bright in lightness too, so that it reads without hue. */
export const ramps: Record<Scheme, readonly [low: string, high: string]> = {
  light: ['#c9a227', '#0b4f8a'],
  dark: ['#7a5a10', '#7fd0ff'],
};

export type Ink = { text: string; dim: string; grid: string; surface: string; raised: string; line: string };

/** Everything on a chart that is not a series. */
export const ink: Record<Scheme, Ink> = {
  light: {
    text: '#16191d',
    dim: '#57606b',
    grid: '#e6e9ec',
    surface: '#ffffff',
    raised: '#ffffff',
    line: '#c3c9cf',
  },
  dark: {
    text: '#e3e7eb',
    dim: '#9ba6b2',
    grid: '#242b33',
    surface: '#14181d',
    raised: '#1a1f25',
    line: '#3c4651',
  },
};

/** The theme in force, light or dark. */
export function useScheme(): Scheme {
  return useComputedColorScheme('light');
}

/** `colour` (#rrggbb) at an opacity from 0 to 1. */
export function withOpacity(colour: string, opacity: number): string {
  return `${colour}${Math.round(opacity * 255)
    .toString(16)
    .padStart(2, '0')}`;
}

/** A colour between two (#rrggbb) in linear steps of sRGB; `share` 0 gives the first, 1 the second. */
export function mix(from: string, to: string, share: number): string {
  const channel = (colour: string, at: number) => Number.parseInt(colour.slice(at, at + 2), 16);
  const parts = [1, 3, 5].map((at) => {
    const value = channel(from, at) + (channel(to, at) - channel(from, at)) * share;
    return Math.round(value).toString(16).padStart(2, '0');
  });
  return `#${parts.join('')}`;
}
