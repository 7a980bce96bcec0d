import type { Drawing, Shape } from './document.ts';

const width = 420;
const nameWidth = 150;
const figureWidth = 60;
const rowHeight = 30;

/** Two histograms over the same bins: the reference as bars, the current data as an outline over it. */
export function overlaidHistogram(options: {
  label: string;
  /** n + 1, ascending. */
  edges: readonly number[];
  first: readonly number[];
  second: readonly number[];
  format: (edge: number) => string;
}): Drawing {
  const { label, edges, first, second, format } = options;
  const height = 132;
  const floor = height - 18;
  const [from = 0, to = 1] = [edges[0], edges.at(-1)];
  const x = (edge: number) => 2 + ((edge - from) / (to - from || 1)) * (width - 4);
  const densityOf = (shares: readonly number[]) =>
    shares.map((share, bin) => share / ((edges[bin + 1] ?? 1) - (edges[bin] ?? 0) || 1));
  const [dense, denser] = [densityOf(first), densityOf(second)];
  const most = Math.max(...dense, ...denser, Number.MIN_VALUE);
  const y = (value: number) => floor - (value / most) * (floor - 6);
  const bars = dense.flatMap((value, bin): Shape[] =>
    value <= 0
      ? []
      : [
          {
            kind: 'bar',
            x: x(edges[bin] ?? 0),
            y: y(value),
            width: Math.max(0.6, x(edges[bin + 1] ?? 0) - x(edges[bin] ?? 0) - 0.4),
            height: floor - y(value),
            ink: 'first',
            opacity: 0.45,
          },
        ],
  );
  const outline = denser.flatMap((value, bin): [number, number][] => [
    [x(edges[bin] ?? 0), y(value)],
    [x(edges[bin + 1] ?? 0), y(value)],
  ]);
  return {
    width,
    height,
    label,
    shapes: [
      ...bars,
      { kind: 'line', points: [[2, floor], ...outline, [width - 2, floor]], ink: 'second' },
      {
        kind: 'line',
        points: [
          [2, floor + 0.5],
          [width - 2, floor + 0.5],
        ],
        ink: 'line',
      },
      { kind: 'text', x: 2, y: height - 4, text: format(from), anchor: 'start' },
      { kind: 'text', x: width - 2, y: height - 4, text: format(to), anchor: 'end' },
    ],
  };
}

/** Two bars a label, one over the other, with their values behind them. */
export function pairedBars(options: {
  label: string;
  labels: readonly string[];
  first: readonly number[];
  second: readonly number[];
  format: (value: number) => string;
}): Drawing {
  const { label, labels, first, second, format } = options;
  const most = Math.max(...first, ...second, Number.MIN_VALUE);
  const room = width - nameWidth - figureWidth;
  const shapes = labels.flatMap((name, index): Shape[] => {
    const top = index * rowHeight;
    const [a, b] = [first[index] ?? 0, second[index] ?? 0];
    const bar = (value: number, y: number, ink: 'first' | 'second'): Shape => ({
      kind: 'bar',
      x: nameWidth,
      y,
      width: Math.max(0.6, (value / most) * room),
      height: 10,
      ink,
      opacity: ink === 'first' ? 0.6 : 1,
    });
    const figure = (value: number, y: number): Shape => ({
      kind: 'text',
      x: nameWidth + Math.max(0.6, (value / most) * room) + 5,
      y,
      text: format(value),
      anchor: 'start',
    });
    return [
      { kind: 'text', x: nameWidth - 6, y: top + 18, text: shortened(name), anchor: 'end' },
      bar(a, top + 3, 'first'),
      bar(b, top + 14, 'second'),
      figure(a, top + 12),
      figure(b, top + 23),
    ];
  });
  return { width, height: Math.max(rowHeight, labels.length * rowHeight), label, shapes };
}

const longestName = 24;

function shortened(name: string): string {
  const letters = [...name];
  return letters.length > longestName ? `${letters.slice(0, longestName - 1).join('')}…` : name;
}
