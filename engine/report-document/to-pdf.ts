import { createRequire } from 'node:module';
import type PDFDocument from 'pdfkit';
import type { Block, Cell, Column, Drawing, Ink, ReportDocument, Tone } from './document.ts';
import { printableDocument } from './printable.ts';

type Pdf = InstanceType<typeof PDFDocument>;

const margin = 48;
const bodySize = 9.5;
const smallSize = 8;
/** A CSS pixel in points. */
const pixel = 0.75;

const inks: Record<Ink, string> = {
  first: '#2b66c4',
  second: '#c2571a',
  line: '#c3c9cf',
  text: '#5a6572',
  bad: '#b3261e',
};
const tones: Record<Tone, { ink: string; ground: string }> = {
  good: { ink: '#1b7340', ground: '#e6f4ea' },
  warn: { ink: '#8a5a00', ground: '#fdf3dc' },
  bad: { ink: '#b3261e', ground: '#fdecea' },
  plain: { ink: '#5a6572', ground: '#f1f3f5' },
};
const text = '#1b2129';
const dim = '#5a6572';

/**
 * The document as PDF: A4, real text in fonts that hold the letters of Europe and the Middle East (others stand as code points), charts as vectors, an outline of its
 * sections. The same document gives the same bytes. Takes some hundred milliseconds of one processor, so it is no work for the
 * event loop of the engine.
 */
export async function documentPdf(document: ReportDocument): Promise<Buffer> {
  const shown = printableDocument(document);
  const { default: Document } = await import('pdfkit');
  const fonts = createRequire(import.meta.url);
  const pdf = new Document({
    size: 'A4',
    margins: { top: margin, bottom: margin + 14, left: margin, right: margin },
    font: fonts.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'),
    lang: 'en',
    displayTitle: true,
    bufferPages: true,
    info: {
      Title: document.title,
      Producer: 'Assay',
      Creator: 'Assay',
      CreationDate: new Date(document.createdAtMs),
      ModDate: new Date(document.createdAtMs),
    },
  });
  pdf.registerFont('plain', fonts.resolve('dejavu-fonts-ttf/ttf/DejaVuSans.ttf'));
  pdf.registerFont('bold', fonts.resolve('dejavu-fonts-ttf/ttf/DejaVuSans-Bold.ttf'));
  const bytes = collect(pdf);
  writeDocument(pdf, shown);
  numberPages(pdf, shown.title);
  pdf.end();
  return bytes;
}

function collect(pdf: Pdf): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parts: Buffer[] = [];
    pdf.on('data', (part: Buffer) => parts.push(part));
    pdf.on('end', () => resolve(Buffer.concat(parts)));
    pdf.on('error', reject);
  });
}

function writeDocument(pdf: Pdf, { title, facts, sections, footer }: ReportDocument): void {
  pdf.font('bold').fontSize(18).fillColor(text).text(title);
  pdf.moveDown(0.2).font('plain').fontSize(bodySize).fillColor(dim).text(facts.join('  ·  '));
  for (const section of sections) {
    pdf.moveDown(1.2);
    keepTogether(pdf, 60);
    pdf.outline.addItem(section.title);
    pdf.font('bold').fontSize(13).fillColor(text).text(section.title);
    pdf.moveDown(0.4);
    section.blocks.forEach((block, index) => {
      if (block.kind === 'heading') keepTogether(pdf, heightBelow(section.blocks.slice(index + 1)));
      writeBlock(pdf, block);
    });
  }
  pdf.moveDown(1.5);
  pdf.font('plain').fontSize(smallSize).fillColor(dim).text(footer);
}

/** Begins a new page when less than so many points are left of this one. */
function keepTogether(pdf: Pdf, height: number): void {
  if (pdf.y + height > pdf.page.height - pdf.page.margins.bottom) pdf.addPage();
}

/** About what a heading needs below it to stand with what it heads: text, picture and figures up to the next one. */
function heightBelow(blocks: readonly Block[]): number {
  let height = 30;
  for (const block of blocks) {
    if (block.kind === 'figure') height += block.drawing.height * pixel + 8;
    else if (block.kind === 'facts') height += block.facts.length * 15;
    else if (block.kind === 'text') height += 40;
    else break;
  }
  return Math.min(height, 420);
}

function contentWidth(pdf: Pdf): number {
  return pdf.page.width - pdf.page.margins.left - pdf.page.margins.right;
}

function writeBlock(pdf: Pdf, block: Block): void {
  pdf.x = margin;
  pdf.font('plain').fontSize(bodySize).fillColor(text);
  switch (block.kind) {
    case 'text':
      pdf.fillColor(block.isDim ? dim : text).text(block.text, { width: contentWidth(pdf) });
      pdf.moveDown(0.5);
      break;
    case 'callout':
      writeCallout(pdf, block);
      break;
    case 'heading':
      writeHeading(pdf, block.text, block.badge);
      break;
    case 'facts':
      for (const [name, value] of block.facts) writeFact(pdf, name, value);
      pdf.moveDown(0.5);
      break;
    case 'list':
      for (const item of block.items) writeItem(pdf, item);
      pdf.moveDown(0.3);
      break;
    case 'table':
      writeTable(pdf, block.columns, block.rows);
      break;
    case 'figure':
      writeDrawing(pdf, block.drawing);
      break;
  }
}

function writeCallout(pdf: Pdf, { tone, title, text: words }: Extract<Block, { kind: 'callout' }>): void {
  const { ink, ground } = tones[tone];
  const width = contentWidth(pdf);
  const inner = width - 24;
  const titleHeight = pdf.font('bold').fontSize(11).heightOfString(title, { width: inner });
  const textHeight = pdf.font('plain').fontSize(bodySize).heightOfString(words, { width: inner });
  const height = titleHeight + textHeight + 22;
  keepTogether(pdf, height);
  const top = pdf.y;
  pdf.roundedRect(margin, top, width, height, 4).fill(ground);
  pdf.rect(margin, top, 3, height).fill(ink);
  pdf
    .font('bold')
    .fontSize(11)
    .fillColor(ink)
    .text(title, margin + 12, top + 8, { width: inner });
  pdf
    .font('plain')
    .fontSize(bodySize)
    .fillColor(text)
    .text(words, margin + 12, top + 12 + titleHeight, { width: inner });
  pdf.x = margin;
  pdf.y = top + height + 10;
}

function writeHeading(pdf: Pdf, words: string, badge: Cell | undefined): void {
  pdf.moveDown(0.5);
  keepTogether(pdf, 90);
  pdf.font('bold').fontSize(10.5).fillColor(text);
  const note = badge === undefined ? null : typeof badge === 'string' ? badge : badge.text;
  pdf.text(words, { continued: note !== null });
  if (note !== null && badge !== undefined) {
    const ink = typeof badge === 'string' ? dim : tones[badge.tone].ink;
    pdf.font('plain').fontSize(smallSize).fillColor(ink).text(`   ${note}`);
  }
  pdf.moveDown(0.3);
}

const factName = 130;

function writeFact(pdf: Pdf, name: string, value: string): void {
  const width = contentWidth(pdf) - factName;
  const height = pdf.heightOfString(value, { width });
  keepTogether(pdf, height);
  const top = pdf.y;
  pdf.fillColor(dim).text(name, margin, top, { width: factName - 8 });
  pdf.fillColor(text).text(value, margin + factName, top, { width });
  pdf.x = margin;
  pdf.y = top + Math.max(height, pdf.heightOfString(name, { width: factName - 8 })) + 2;
}

function writeItem(pdf: Pdf, item: string): void {
  const width = contentWidth(pdf) - 14;
  const height = pdf.heightOfString(item, { width });
  keepTogether(pdf, height);
  const top = pdf.y;
  pdf.text('•', margin + 2, top);
  pdf.text(item, margin + 14, top, { width });
  pdf.x = margin;
  pdf.y = top + height + 3;
}

const cellGap = 8;

function writeTable(pdf: Pdf, columns: readonly Column[], rows: readonly (readonly Cell[])[]): void {
  const widths = columnWidths(columns, contentWidth(pdf));
  pdf.fontSize(smallSize);
  const heightOf = (cells: readonly Cell[]): number =>
    Math.max(
      ...cells.map((cell, index) =>
        pdf.heightOfString(wordsOf(cell), { width: (widths[index] ?? 40) - cellGap }),
      ),
    );
  const writeRow = (cells: readonly Cell[], isHead: boolean): void => {
    pdf.font(isHead ? 'bold' : 'plain').fontSize(smallSize);
    const height = heightOf(cells);
    const top = pdf.y;
    let left = margin;
    cells.forEach((cell, index) => {
      const width = widths[index] ?? 40;
      pdf
        .fillColor(isHead ? dim : typeof cell === 'string' ? text : tones[cell.tone].ink)
        .text(wordsOf(cell), left, top + 3, {
          width: width - cellGap,
          align: columns[index]?.align === 'end' ? 'right' : 'left',
        });
      left += width;
    });
    const bottom = top + height + 6;
    pdf
      .moveTo(margin, bottom)
      .lineTo(margin + contentWidth(pdf), bottom)
      .lineWidth(0.5)
      .stroke(inks.line);
    pdf.x = margin;
    pdf.y = bottom;
  };
  const head = columns.map(({ title }) => title);
  keepTogether(pdf, 50);
  writeRow(head, true);
  for (const row of rows) {
    pdf.font('plain').fontSize(smallSize);
    if (pdf.y + heightOf(row) + 8 > pdf.page.height - pdf.page.margins.bottom) {
      pdf.addPage();
      writeRow(head, true);
    }
    writeRow(row, false);
  }
  pdf.moveDown(0.8);
}

function wordsOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}

function columnWidths(columns: readonly Column[], width: number): number[] {
  const given = columns.reduce((sum, column) => sum + (column.width ?? 0), 0);
  const open = columns.filter((column) => column.width === undefined).length;
  const rest = open === 0 ? 0 : Math.max(0, 1 - given) / open;
  return columns.map((column) => (column.width ?? rest) * width);
}

function writeDrawing(pdf: Pdf, drawing: Drawing): void {
  const height = drawing.height * pixel;
  keepTogether(pdf, height + 8);
  const top = pdf.y;
  pdf.save();
  pdf.translate(margin, top).scale(pixel);
  for (const shape of drawing.shapes) {
    if (shape.kind === 'bar') {
      pdf
        .rect(shape.x, shape.y, shape.width, shape.height)
        .fillOpacity(shape.opacity ?? 1)
        .fill(inks[shape.ink])
        .fillOpacity(1);
    } else if (shape.kind === 'line') {
      const [first, ...others] = shape.points;
      if (first === undefined) continue;
      pdf.moveTo(first[0], first[1]);
      for (const [x, y] of others) pdf.lineTo(x, y);
      if (shape.isDashed) pdf.dash(4, { space: 4 });
      pdf.lineWidth(1.4).stroke(inks[shape.ink]).undash();
    } else {
      pdf.font('plain').fontSize(11).fillColor(dim);
      const width = pdf.widthOfString(shape.text);
      const left = shape.x - (shape.anchor === 'end' ? width : shape.anchor === 'middle' ? width / 2 : 0);
      pdf.text(shape.text, left, shape.y - 10, { lineBreak: false });
    }
  }
  pdf.restore();
  pdf.x = margin;
  pdf.y = top + height + 8;
}

/** The title and the page number at the foot of each page. */
function numberPages(pdf: Pdf, title: string): void {
  const { start, count } = pdf.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    pdf.switchToPage(page);
    const bottom = pdf.page.margins.bottom;
    // Below the margin: without it the line would begin a page of its own.
    pdf.page.margins.bottom = 0;
    pdf.font('plain').fontSize(7.5).fillColor(dim);
    pdf.text(title, margin, pdf.page.height - 36, {
      width: contentWidth(pdf) - 60,
      lineBreak: false,
      ellipsis: true,
    });
    pdf.text(`${page + 1} / ${count}`, margin, pdf.page.height - 36, {
      width: contentWidth(pdf),
      align: 'right',
      lineBreak: false,
    });
    pdf.page.margins.bottom = bottom;
  }
}
