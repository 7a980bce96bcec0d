import { Worker } from 'node:worker_threads';
import type { ReportFormat } from '../../local-api/contract/index.ts';
import type { ReportDocument } from './document.ts';

export type WrittenReport = { bytes: Buffer; contentType: string; fileName: string };

const contentTypes: Record<ReportFormat, string> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  pdf: 'application/pdf',
};

/**
 * A report as a file. The same report gives the same bytes. JSON is `source`, the report as the API gives it; HTML and PDF are
 * written in a thread of their own, since a report of many columns takes longer than the event loop may.
 */
export async function writeDocument(
  report: { source: unknown; document: ReportDocument; name: string },
  format: ReportFormat,
): Promise<WrittenReport> {
  const bytes =
    format === 'json'
      ? Buffer.from(`${JSON.stringify(report.source, null, 2)}\n`, 'utf8')
      : await writeInThread(report.document, format);
  return { bytes, contentType: contentTypes[format], fileName: `${plainName(report.name)}.${format}` };
}

function writeInThread(document: ReportDocument, format: 'html' | 'pdf'): Promise<Buffer> {
  // Beside this file; a bundle has it as a file of its own, under the same name.
  const program = import.meta.url.endsWith('.ts') ? './report-thread.ts' : './report-thread.js';
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL(program, import.meta.url), { workerData: { document, format } });
    worker.once('message', (bytes: Uint8Array) => resolve(Buffer.from(bytes)));
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`the report thread ended with ${code}`)));
  });
}

/** Letters and digits of any language, joined by hyphens. */
function plainName(text: string): string {
  return text.replaceAll(/[^\p{L}\p{N}.]+/gu, '-').replaceAll(/^-|-$/g, '');
}
