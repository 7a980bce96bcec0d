import { Worker } from 'node:worker_threads';
import type { DriftReport, ReportFormat } from '../../../local-api/contract/index.ts';
import { driftDocument } from './drift-document.ts';

export type WrittenReport = { bytes: Buffer; contentType: string; fileName: string };

const contentTypes: Record<ReportFormat, string> = {
  html: 'text/html; charset=utf-8',
  json: 'application/json',
  pdf: 'application/pdf',
};

/**
 * A drift report as a file. The same report gives the same bytes. JSON is the report as the API gives it; HTML and PDF are
 * written in a thread of their own, since a report of many columns takes longer than the event loop may.
 */
export async function writeDriftReport(report: DriftReport, format: ReportFormat): Promise<WrittenReport> {
  const bytes =
    format === 'json'
      ? Buffer.from(`${JSON.stringify(report, null, 2)}\n`, 'utf8')
      : await writeInThread(driftDocument(report), format);
  return {
    bytes,
    contentType: contentTypes[format],
    fileName: `${plainName(`drift ${report.referenceName} to ${report.currentName}`)}.${format}`,
  };
}

function writeInThread(document: ReturnType<typeof driftDocument>, format: 'html' | 'pdf'): Promise<Buffer> {
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
