import { Worker } from 'node:worker_threads';

/*
 * The whole program of the thread. A text and not a file, so that it needs no entry in any bundle. Spans go back as texts
 * of some hundred, each of which is parsed in a few milliseconds.
 */
const program = `
const { parentPort, workerData } = require('node:worker_threads');
const { resourceSpans = [] } = JSON.parse(Buffer.from(workerData.bytes).toString('utf8'));
let part = [];
const hand = () => { if (part.length > 0) parentPort.postMessage(JSON.stringify(part)); part = []; };
for (const { scopeSpans = [] } of resourceSpans)
  for (const { spans = [] } of scopeSpans)
    for (const span of spans) if (part.push(span) >= workerData.spansAtOnce) hand();
hand();
`;
const spansAtOnce = 200;

/**
 * Takes a large ExportTraceServiceRequest in JSON apart in a thread of its own, for parsing ten megabytes takes a tenth of a
 * second in which the event loop would answer nobody. Gives requests of some hundred spans each. Rejects for what is no
 * JSON of that form.
 */
export async function splitOtlpJson(body: Uint8Array): Promise<string[]> {
  const parts: string[] = [];
  const worker = new Worker(program, { eval: true, workerData: { bytes: body, spansAtOnce } });
  worker.on('message', (part: string) =>
    parts.push(`{"resourceSpans":[{"scopeSpans":[{"spans":${part}}]}]}`),
  );
  await new Promise<void>((resolve, reject) => {
    worker.once('error', reject);
    worker.once('exit', () => resolve());
  });
  return parts;
}
