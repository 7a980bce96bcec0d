import { seriesStyle, useScheme, withOpacity } from './palette.ts';

type Props = {
  /** Heights of the bars; a second series is laid over the first. */
  series: readonly (readonly number[])[];
  /** n + 1 edges where the bins differ in width; equal bars when left out. */
  edges?: readonly number[];
  label: string;
  width?: number;
  height?: number;
};

/** A histogram as large as a word, for table cells. */
export function SparkHistogram({ series, edges, label, width = 120, height = 24 }: Props) {
  const scheme = useScheme();
  const top = Math.max(...series.flat(), Number.MIN_VALUE);
  return (
    <svg width={width} height={height} role="img" aria-label={label} style={{ display: 'block' }}>
      {series.map((values, index) => {
        const { colour } = seriesStyle(index, scheme);
        const path = outline(values, edges, top, width, height);
        return index === 0 ? (
          <path
            key="first"
            d={`${path}L${width},${height}Z`}
            fill={withOpacity(colour, series.length > 1 ? 0.4 : 0.75)}
          />
        ) : (
          <path key="second" d={path} fill="none" stroke={colour} strokeWidth="1.5" />
        );
      })}
    </svg>
  );
}

function outline(
  values: readonly number[],
  edges: readonly number[] | undefined,
  top: number,
  width: number,
  height: number,
): string {
  const count = values.length;
  const [from, to] = [edges?.[0] ?? 0, edges?.at(-1) ?? count];
  const at = (bin: number) => (((edges?.[bin] ?? bin) - from) / (to - from || 1)) * width;
  const steps = values.map((value, bin) => {
    const y = height - (value / top) * (height - 2);
    return `L${at(bin).toFixed(1)},${y.toFixed(1)}L${at(bin + 1).toFixed(1)},${y.toFixed(1)}`;
  });
  return `M0,${height}${steps.join('')}L${width},${height}`;
}
