import { useCallback } from 'react';
import { formatNumber } from '../app/format.ts';
import { ScrollRegion } from '../components/ScrollRegion.tsx';
import { shorten } from './axes.ts';
import { ChartFrame } from './ChartFrame.tsx';
import { type Drawing, escapeXml } from './drawing.ts';
import classes from './Heatmap.module.css';
import { ink, mix, type Scheme, useScheme } from './palette.ts';

type Props = {
  title: string;
  hidesTitle?: boolean;
  summary?: string;
  rowLabels: readonly string[];
  columnLabels: readonly string[];
  /** One row a row label; null where there is no value. */
  values: readonly (readonly (number | null)[])[];
  /** What rows and columns are: "Truth", "Answer". */
  rowTitle?: string;
  columnTitle?: string;
  /** `diverging`: from `bounds.min` over 0 to `bounds.max`, for correlations. `sequential`: from light to strong. */
  scale?: 'sequential' | 'diverging';
  bounds?: { min: number; max: number };
  /** Colours grow with the logarithm, for counts that differ by powers; `sequential` alone. */
  isLogColour?: boolean;
  format?: (value: number) => string;
  /** Written in the cell in place of the value; the value still colours it. */
  cellText?: (value: number, row: number, column: number) => string;
};

const CELLS_WITH_TEXT = 16 * 16;

/** Numbers over two lists as coloured cells: a real table, so that it can be read and copied without seeing the colours. */
export function Heatmap(props: Props) {
  const {
    title,
    rowLabels,
    columnLabels,
    values,
    scale = 'sequential',
    format = formatNumber,
    cellText,
    isLogColour = false,
  } = props;
  const look = { scale, isLog: isLogColour };
  const scheme = useScheme();
  const bounds = props.bounds ?? boundsOf(values);
  const showsText = rowLabels.length * columnLabels.length <= CELLS_WITH_TEXT;
  const table = useCallback(
    () => ({
      columns: ['', ...columnLabels],
      rows: rowLabels.map((label, row) => [
        label,
        ...columnLabels.map((_, column) => values[row]?.[column] ?? null),
      ]),
    }),
    [rowLabels, columnLabels, values],
  );
  const drawing = () =>
    draw(
      { ...props, cellOf: (value, row, column) => cellText?.(value, row, column) ?? format(value) },
      (value) => cellColour(value, bounds, look, scheme),
      scheme,
    );
  const summary = props.summary ?? `${title}: ${rowLabels.length} by ${columnLabels.length} values.`;
  return (
    <ChartFrame
      title={title}
      hidesTitle={props.hidesTitle ?? false}
      summary={summary}
      table={table}
      drawing={drawing}
      isTable
    >
      <ScrollRegion label={title} className={classes.scroll}>
        <table className={classes.table} data-dense={!showsText || undefined}>
          <thead>
            {props.columnTitle ? (
              <tr>
                <td />
                <th colSpan={columnLabels.length} scope="colgroup" className={classes.axis}>
                  {props.columnTitle}
                </th>
              </tr>
            ) : null}
            <tr>
              <th scope="col" className={classes.axis}>
                {props.rowTitle ?? <span className="a-hidden">Row</span>}
              </th>
              {columnLabels.map((label) => (
                <th key={label} scope="col" className={classes.columnLabel} title={label}>
                  <span>{label}</span>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rowLabels.map((rowLabel, row) => (
              <tr key={rowLabel}>
                <th scope="row" className={classes.rowLabel} title={rowLabel}>
                  {rowLabel}
                </th>
                {columnLabels.map((columnLabel, column) => {
                  const value = values[row]?.[column] ?? null;
                  const text = value === null ? '–' : (cellText?.(value, row, column) ?? format(value));
                  const ground = value === null ? 'transparent' : cellColour(value, bounds, look, scheme);
                  return (
                    <td
                      key={columnLabel}
                      className={classes.cell}
                      style={{ background: ground, color: textOn(ground, scheme) }}
                      title={`${rowLabel} × ${columnLabel}: ${text}`}
                    >
                      <span className={showsText ? undefined : 'a-hidden'}>{text}</span>
                    </td>
                  );
                })}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
    </ChartFrame>
  );
}

const CELL = { width: 64, height: 26 };
const LABEL = 150;

type DrawProps = Pick<Props, 'rowLabels' | 'columnLabels' | 'values' | 'rowTitle' | 'columnTitle'> & {
  cellOf: (value: number, row: number, column: number) => string;
};

/** The table as SVG. */
function draw(
  { rowLabels, columnLabels, values, rowTitle = '', columnTitle = '', cellOf }: DrawProps,
  colourOf: (value: number) => string,
  scheme: Scheme,
): Drawing {
  const { dim, text: plain } = ink[scheme];
  const top = 40;
  const write = (x: number, y: number, anchor: string, fill: string, content: string) =>
    `<text x="${x}" y="${y}" text-anchor="${anchor}" font-size="11" fill="${fill}">${escapeXml(content)}</text>`;
  const heads = columnLabels.map((label, column) =>
    write(LABEL + (column + 0.5) * CELL.width, 34, 'middle', plain, shorten(label, 10)),
  );
  const rows = rowLabels.map((label, row) => {
    const y = top + row * CELL.height;
    const cells = columnLabels.map((_, column) => {
      const value = values[row]?.[column] ?? null;
      if (value === null) return '';
      const ground = colourOf(value);
      const x = LABEL + column * CELL.width;
      return (
        `<rect x="${x}" y="${y}" width="${CELL.width - 1}" height="${CELL.height - 1}" fill="${ground}"/>` +
        write(x + CELL.width / 2, y + 17, 'middle', textOn(ground, scheme), cellOf(value, row, column))
      );
    });
    return write(LABEL - 8, y + 17, 'end', plain, shorten(label, 22)) + cells.join('');
  });
  return {
    markup:
      write(LABEL, 14, 'start', dim, columnTitle) +
      write(0, 34, 'start', dim, rowTitle) +
      heads.join('') +
      rows.join(''),
    width: LABEL + columnLabels.length * CELL.width,
    height: top + rowLabels.length * CELL.height,
  };
}

const ends: Record<Scheme, { none: string; high: string; low: string }> = {
  light: { none: '#f4f6f7', high: '#075a86', low: '#b3470a' },
  dark: { none: '#1a1f25', high: '#5ab4e8', low: '#f2884b' },
};

function cellColour(
  value: number,
  { min, max }: { min: number; max: number },
  { scale, isLog }: { scale: 'sequential' | 'diverging'; isLog: boolean },
  scheme: Scheme,
): string {
  const { none, high, low } = ends[scheme];
  if (scale === 'diverging') {
    const share = value >= 0 ? value / (max || 1) : value / (min || -1);
    return mix(none, value >= 0 ? high : low, Math.min(1, Math.abs(share)));
  }
  const share = (value - min) / (max - min || 1);
  const grown = isLog ? Math.log1p(Math.max(0, value - min)) / Math.log1p(max - min || 1) : share;
  return mix(none, high, Math.min(1, Math.max(0, grown)));
}

/** Black or white, whichever contrasts more (WCAG relative luminance). */
function textOn(ground: string, scheme: Scheme): string {
  if (!ground.startsWith('#')) return ink[scheme].text;
  const linear = (at: number) => {
    const channel = Number.parseInt(ground.slice(at, at + 2), 16) / 255;
    return channel <= 0.04045 ? channel / 12.92 : ((channel + 0.055) / 1.055) ** 2.4;
  };
  const luminance = 0.2126 * linear(1) + 0.7152 * linear(3) + 0.0722 * linear(5);
  return luminance > 0.179 ? '#000000' : '#ffffff';
}

function boundsOf(values: readonly (readonly (number | null)[])[]): { min: number; max: number } {
  const known = values.flat().filter((value) => value !== null);
  return { min: Math.min(0, ...known), max: Math.max(0, ...known) };
}
