import type { LegendEntry } from './ChartFrame.tsx';
import { ink, type Scheme } from './palette.ts';

/** A chart as SVG elements, without title and legend. */
export type Drawing = { markup: string; width: number; height: number };

const PADDING = 12;
const TITLE = 26;
const ROW = 18;
/** About the width of a character at 12 px, for laying out a legend without measuring. */
const CHARACTER = 6.4;
const PIXELS = 2;

/** Text as XML has to have it. */
export function escapeXml(text: string): string {
  return text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);
}

/** What is drawn in an element, less what only follows the pointer (`data-overlay`). */
export function drawingOf(svg: SVGSVGElement | null): Drawing | null {
  if (!svg) return null;
  const copy = svg.cloneNode(true);
  if (!(copy instanceof SVGSVGElement)) return null;
  for (const overlay of copy.querySelectorAll('[data-overlay]')) overlay.remove();
  const [, , width = 0, height = 0] = (svg.getAttribute('viewBox') ?? '').split(' ').map(Number);
  const serializer = new XMLSerializer();
  const markup = [...copy.childNodes].map((node) => serializer.serializeToString(node)).join('');
  return { markup, width, height };
}

/** A complete SVG file: the drawing on the ground of the page, under its title and over its legend. */
export function toSvg(
  drawing: Drawing,
  { title, legend, scheme }: { title: string; legend: readonly LegendEntry[]; scheme: Scheme },
): { text: string; width: number; height: number } {
  const { surface, text } = ink[scheme];
  const entries = layOut(
    legend.filter((entry) => entry.isHidden !== true),
    drawing.width,
  );
  const rows = entries.length === 0 ? 0 : Math.max(...entries.map((entry) => entry.row)) + 1;
  const width = drawing.width + 2 * PADDING;
  const top = PADDING + TITLE;
  const height = top + drawing.height + (rows > 0 ? 8 : 0) + rows * ROW + PADDING;
  const legendMarkup = entries.map(({ entry, x, row }) => {
    const y = top + drawing.height + 8 + row * ROW + 9;
    const dash = entry.dash && entry.dash.length > 0 ? ` stroke-dasharray="${entry.dash.join(' ')}"` : '';
    return (
      `<line x1="${PADDING + x}" x2="${PADDING + x + 18}" y1="${y}" y2="${y}" stroke="${entry.colour}" stroke-width="3"${dash}/>` +
      `<text x="${PADDING + x + 24}" y="${y + 4}" font-size="12" fill="${text}">${escapeXml(entry.label)}</text>`
    );
  });
  const out =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" font-family="system-ui, sans-serif">` +
    `<title>${escapeXml(title)}</title><rect width="100%" height="100%" fill="${surface}"/>` +
    `<text x="${PADDING}" y="${PADDING + 14}" font-size="14" font-weight="600" fill="${text}">${escapeXml(title)}</text>` +
    `<g transform="translate(${PADDING} ${top})">${drawing.markup}</g>${legendMarkup.join('')}</svg>`;
  return { text: out, width, height };
}

function layOut(legend: readonly LegendEntry[], width: number) {
  let [x, row] = [0, 0];
  return legend.map((entry) => {
    const needed = 24 + entry.label.length * CHARACTER + 16;
    if (x > 0 && x + needed > width) [x, row] = [0, row + 1];
    const placed = { entry, x, row };
    x += needed;
    return placed;
  });
}

/** The same picture in pixels, twice as fine as on screen. */
export async function toPng(svg: { text: string; width: number; height: number }): Promise<Blob | null> {
  const url = URL.createObjectURL(new Blob([svg.text], { type: 'image/svg+xml' }));
  try {
    const picture = new Image();
    picture.src = url;
    await picture.decode();
    const canvas = document.createElement('canvas');
    [canvas.width, canvas.height] = [svg.width * PIXELS, svg.height * PIXELS];
    canvas.getContext('2d')?.drawImage(picture, 0, 0, canvas.width, canvas.height);
    return await new Promise((resolve) => canvas.toBlob(resolve, 'image/png'));
  } finally {
    URL.revokeObjectURL(url);
  }
}
