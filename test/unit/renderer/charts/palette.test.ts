import { describe, expect, test } from 'vitest';
import { ink, mix, type Scheme, seriesStyle, withOpacity } from '../../../../renderer/charts/palette.ts';

/** Contrast ratio of WCAG 2.2. */
function contrast(a: string, b: string): number {
  const luminance = (colour: string) => {
    const [r = 0, g = 0, blue = 0] = [1, 3, 5].map((at) => {
      const channel = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
      return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
    });
    return 0.2126 * r + 0.7152 * g + 0.0722 * blue;
  };
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x) as [number, number];
  return (high + 0.05) / (low + 0.05);
}

describe.each(['light', 'dark'] as Scheme[])('in the %s theme', (scheme) => {
  test('every series colour has 3:1 against the ground', () => {
    for (let index = 0; index < 8; index++) {
      expect(contrast(seriesStyle(index, scheme).colour, ink[scheme].surface)).toBeGreaterThanOrEqual(3);
    }
  });

  test('twenty series can be told apart by colour and dash', () => {
    const looks = Array.from({ length: 20 }, (_, index) => JSON.stringify(seriesStyle(index, scheme)));
    expect(new Set(looks).size).toBe(20);
  });

  test('axis labels have 4.5:1', () => {
    expect(contrast(ink[scheme].dim, ink[scheme].surface)).toBeGreaterThanOrEqual(4.5);
  });
});

test('mix goes from one colour to the other', () => {
  expect([
    mix('#000000', '#ffffff', 0),
    mix('#000000', '#ffffff', 0.5),
    mix('#000000', '#ffffff', 1),
  ]).toEqual(['#000000', '#808080', '#ffffff']);
  expect(withOpacity('#102030', 0.5)).toBe('#10203080');
});
