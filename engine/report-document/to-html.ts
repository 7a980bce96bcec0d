import { badge, facts, type Html, html, joined, reportPage, table } from '../report-html/index.ts';
import type { Block, Cell, Drawing, Ink, ReportDocument, Shape } from './document.ts';

/** The document as one HTML file that needs nothing else: no scripts, charts as SVG, light and dark, made to be printed too. */
export function documentHtml({ title, facts: about, sections, footer }: ReportDocument): string {
  return reportPage({
    title,
    facts: about,
    sections: sections.map(({ id, title: name, blocks }) => ({
      id,
      title: name,
      body: joined(blocks.map(blockHtml)),
    })),
    footer,
  });
}

function blockHtml(block: Block): Html {
  switch (block.kind) {
    case 'text':
      return html`<p${{ html: block.isDim ? ' class="dim"' : '' }}>${block.text}</p>`;
    case 'callout':
      return html`<div class="card" style="margin-bottom:12px">${badge(block.title, block.tone)}<p style="margin:6px 0 0">${block.text}</p></div>`;
    case 'heading':
      return html`<h3 style="margin-top:18px">${block.text} ${block.badge === undefined ? null : cellHtml(block.badge)}</h3>`;
    case 'facts':
      return facts(block.facts);
    case 'list':
      return html`<ul>${block.items.map((item) => html`<li>${item}</li>`)}</ul>`;
    case 'table':
      return table(
        block.columns.map(({ title, align }) => ({ title, ...(align === undefined ? {} : { align }) })),
        block.rows.map((row) => row.map(cellHtml)),
      );
    case 'figure':
      return drawingHtml(block.drawing);
  }
}

function cellHtml(cell: Cell): Html | string {
  return typeof cell === 'string' ? cell : badge(cell.text, cell.tone);
}

const inks: Record<Ink, string> = {
  first: 'var(--accent)',
  second: 'var(--second)',
  line: 'var(--line)',
  text: 'var(--dim)',
  bad: 'var(--bad)',
};

function drawingHtml({ width, height, label, shapes }: Drawing): Html {
  return html`<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${shapes.map(shapeHtml)}</svg>`;
}

function shapeHtml(shape: Shape): Html {
  switch (shape.kind) {
    case 'bar':
      return html`<rect x="${tenth(shape.x)}" y="${tenth(shape.y)}" width="${tenth(shape.width)}" height="${tenth(shape.height)}" style="fill:${inks[shape.ink]};fill-opacity:${shape.opacity ?? 1}"/>`;
    case 'line': {
      const d = shape.points
        .map(([x, y], index) => `${index === 0 ? 'M' : 'L'}${tenth(x)} ${tenth(y)}`)
        .join('');
      return html`<path d="${d}" style="fill:none;stroke:${inks[shape.ink]};stroke-width:1.5${shape.isDashed ? ';stroke-dasharray:4 4' : ''}"/>`;
    }
    case 'text':
      return html`<text x="${tenth(shape.x)}" y="${tenth(shape.y)}" text-anchor="${shape.anchor}">${shape.text}</text>`;
  }
}

function tenth(value: number): string {
  return String(Math.round(value * 10) / 10);
}
