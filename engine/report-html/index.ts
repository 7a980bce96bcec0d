/** Reports as one HTML file each: page frame, tables, charts as SVG. Knows no data, no drift and no store. */
export { barsSvg, histogramSvg } from './charts.ts';
export { escapeHtml, type Html, html, joined } from './html.ts';
export { type ReportPage, reportPage, type Section } from './page.ts';
export { badge, facts, heatTable, table } from './parts.ts';
