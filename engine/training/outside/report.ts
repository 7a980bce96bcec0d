import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { JobError, MetricPoint } from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import { readZip, zipChunks } from '../../zip/index.ts';
import { coefficientsFile, runFiles } from '../training-service.ts';

/*
 * How a training that runs on another machine tells what becomes of it: by lines of its output, which every batch system keeps
 * and gives out. The files of the run come last, packed, with their digest.
 */

const marker = '@assay ';
const partBytes = 96 * 1024;
/** Packed: a batch system holds the whole output in memory when it is asked for it. */
const largestPackedBytes = 96 * 1024 ** 2;
const largestBytes = 2 * 1024 ** 3;

const TrainingOutput = z.object({
  trainer: z.string(),
  // JSON has no NaN.
  metrics: z.record(
    z.string(),
    z
      .number()
      .nullable()
      .transform((value) => value ?? Number.NaN),
  ),
  recipeDigest: z.string(),
  seconds: z.number(),
  facts: z.record(z.string(), z.string()),
  warnings: z.array(z.string()),
});

const ReportLine = z.discriminatedUnion('type', [
  z.object({ type: z.literal('metrics'), points: z.array(MetricPoint) }),
  z.object({ type: z.literal('progress'), fraction: z.number().nullable(), message: z.string() }),
  z.object({ type: z.literal('log'), level: z.enum(['info', 'warn', 'error']), text: z.string() }),
  z.object({ type: z.literal('failed'), error: JobError }),
  z.object({ type: z.literal('part'), base64: z.string() }),
  z.object({ type: z.literal('done'), output: TrainingOutput, digest: z.string() }),
]);
export type ReportLine = z.infer<typeof ReportLine>;

export function toReportLine(line: ReportLine): string {
  return `${marker}${JSON.stringify(line)}`;
}

/** Null for a line that something else printed. */
export function parseReportLine(text: string): ReportLine | null {
  if (!text.startsWith(marker)) return null;
  try {
    return ReportLine.parse(JSON.parse(text.slice(marker.length)));
  } catch {
    return null;
  }
}

/** The files of `runFiles` as lines, and the digest that `done` names. Errors: training/result-too-large. */
export function packRunFiles(files: ReadonlyMap<string, Uint8Array>): {
  lines: ReportLine[];
  digest: string;
} {
  const packed = gzipSync(Buffer.concat([...zipChunks(files)]));
  if (packed.byteLength > largestPackedBytes)
    throw new AssayError(
      'training/result-too-large',
      `The files of the run have ${Math.ceil(packed.byteLength / 1024 ** 2)} MiB packed; ${largestPackedBytes / 1024 ** 2} come back at most.`,
    );
  const lines: ReportLine[] = [];
  for (let at = 0; at < packed.byteLength; at += partBytes)
    lines.push({ type: 'part', base64: packed.subarray(at, at + partBytes).toString('base64') });
  return { lines, digest: digestOf(packed) };
}

/** The files that `packRunFiles` packed: all of `runFiles`, the coefficients of a linear model, and no other. Errors: targets/damaged. */
export function unpackRunFiles(parts: readonly string[], digest: string): Map<string, Uint8Array> {
  const packed = Buffer.concat(parts.map((part) => Buffer.from(part, 'base64')));
  if (digestOf(packed) !== digest) throw damaged('their digest is not the one that was told');
  let files: Map<string, Uint8Array>;
  try {
    const archive = gunzipSync(packed, { maxOutputLength: largestBytes });
    files = readZip(archive, { files: 100, bytes: largestBytes });
  } catch (thrown) {
    throw damaged(messageOf(thrown));
  }
  const expected = Object.values(runFiles);
  const missing = expected.filter((path) => !files.has(path));
  const known = expected.length + (files.has(coefficientsFile) ? 1 : 0);
  if (missing.length > 0 || files.size !== known)
    throw damaged(`expected ${expected.join(', ')}, found ${[...files.keys()].join(', ')}`);
  return files;
}

function digestOf(bytes: Uint8Array): string {
  return `sha256:${createHash('sha256').update(bytes).digest('hex')}`;
}

function damaged(why: string): AssayError {
  return new AssayError('targets/damaged', `The files of the run did not come back whole: ${why}.`, {
    hint: 'Train again; when it happens twice, something on the way changes the output of jobs.',
  });
}
