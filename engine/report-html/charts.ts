import { type Html, html, joined } from './html.ts';

const WIDTH = 420;
const LEFT = 4;

/** One or two series of counts over the same bins; of each series the largest count reaches the top. */
export function histogramSvg(options: {
  label: string;
  edges: readonly number[];
  series: readonly (readonly number[])[];
  format: (value: number) => string;
  /** Bins are drawn as wide as each other, whatever their edges. */
  isEven?: boolean;
  height?: number;
}): Html {
  const { label, edges, series, format, isEven = false, height = 120 } = options;
  const [first = 0, last = 1] = [edges[0], edges.at(-1)];
  const bins = edges.length - 1;
  const x = (index: number) => {
    const share = isEven || last === first ? index / bins : ((edges[index] ?? 0) - first) / (last - first);
    return LEFT + share * (WIDTH - 2 * LEFT);
  };
  const floor = height - 16;
  const paths = series.map((counts, place) => {
    // Bins of unequal width: area stands for the count.
    const heights = counts.map((count, index) =>
      isEven ? count : count / Math.max(1e-300, (edges[index + 1] ?? 0) - (edges[index] ?? 0)),
    );
    const most = Math.max(1e-300, ...heights);
    const d = heights
      .map((value, index) => {
        const tall = (value / most) * (floor - 4);
        if (tall <= 0) return '';
        const width = Math.max(0.8, x(index + 1) - x(index) - 0.6);
        return `M${x(index).toFixed(1)} ${floor}v-${Math.max(0.8, tall).toFixed(1)}h${width.toFixed(1)}V${floor}z`;
      })
      .join('');
    return html`<path class="bar${place === 0 ? '' : ' second'}" d="${d}"/>`;
  });
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${label}">${joined(paths)}<path class="axis" d="M${LEFT} ${floor + 0.5}H${WIDTH - LEFT}"/><text x="${LEFT}" y="${height - 3}">${format(first)}</text><text x="${WIDTH - LEFT}" y="${height - 3}" text-anchor="end">${format(last)}</text></svg>`;
}

/** Bars that lie, one a label, longest counts to the right. */
export function barsSvg(options: {
  label: string;
  labels: readonly string[];
  values: readonly number[];
  format: (value: number) => string;
}): Html {
  const { label, labels, values, format } = options;
  const most = Math.max(1e-300, ...values);
  const row = 18;
  const names = 150;
  const room = WIDTH - names - 70;
  const bars = labels.map((name, index) => {
    const value = values[index] ?? 0;
    const top = index * row;
    const width = Math.max(0.8, (value / most) * room);
    const short = name.length > 24 ? `${name.slice(0, 23)}…` : name;
    return html`<text x="${names - 6}" y="${top + 13}" text-anchor="end">${short}</text><path class="bar" d="M${names} ${top + 3}h${width.toFixed(1)}v12h-${width.toFixed(1)}z"/><text x="${(names + width + 5).toFixed(1)}" y="${top + 13}">${format(value)}</text>`;
  });
  const height = Math.max(row, labels.length * row);
  return html`<svg viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="${label}">${joined(bars)}</svg>`;
}
