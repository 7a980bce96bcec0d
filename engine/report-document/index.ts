/** Reports as documents, written as HTML or PDF. Knows no data, no drift and no store. */
export * from './document.ts';
export { overlaidHistogram, pairedBars } from './drawings.ts';
export { documentHtml } from './to-html.ts';
export { documentPdf } from './to-pdf.ts';
export { type WrittenReport, writeDocument } from './write-document.ts';
