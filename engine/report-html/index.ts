/** Reports as one HTML file each: page frame, tables, charts as SVG. Knows no data, no drift and no store. */
export { barsSvg, histogramSvg } from './charts.ts';
export { type Html, html, joined } from './html.ts';
export { reportPage, type Section } from './page.ts';
export { badge, facts, heatTable, table } from './parts.ts';
