/** The program of the thread that writes reports: one document, one format, and then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import type { ReportDocument } from './document.ts';
import { documentHtml } from './to-html.ts';
import { documentPdf } from './to-pdf.ts';

const port = parentPort;
if (port === null) throw new Error('this is the program of a thread');
const { document, format } = workerData as { document: ReportDocument; format: 'html' | 'pdf' };
const bytes = format === 'pdf' ? await documentPdf(document) : Buffer.from(documentHtml(document), 'utf8');
port.postMessage(bytes);
