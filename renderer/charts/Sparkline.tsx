import { ink, seriesStyle, useScheme } from './palette.ts';

type Props = {
  /** Oldest first. */
  points: readonly { value: number; isMarked: boolean }[];
  label: string;
  width?: number;
  height?: number;
};

const MARGIN = 4;

/** A curve as large as a word, for table cells; marked points stand out. */
export function Sparkline({ points, label, width = 130, height = 26 }: Props) {
  const scheme = useScheme();
  const values = points.map(({ value }) => value);
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const x = (index: number) =>
    points.length < 2 ? width / 2 : MARGIN + (index / (points.length - 1)) * (width - 2 * MARGIN);
  const y = (value: number) =>
    high === low ? height / 2 : height - MARGIN - ((value - low) / (high - low)) * (height - 2 * MARGIN);
  const line = points.map(({ value }, index) => `${index === 0 ? 'M' : 'L'}${x(index)},${y(value)}`).join('');
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      <path d={line} fill="none" stroke={seriesStyle(0, scheme).colour} strokeWidth="1.5" />
      {points.map(({ value, isMarked }, index) =>
        isMarked || points.length === 1 ? (
          <circle
            // biome-ignore lint/suspicious/noArrayIndexKey: a point has nothing but its place.
            key={index}
            cx={x(index)}
            cy={y(value)}
            r="3"
            fill={seriesStyle(isMarked ? 1 : 0, scheme).colour}
            stroke={ink[scheme].surface}
          />
        ) : null,
      )}
    </svg>
  );
}
