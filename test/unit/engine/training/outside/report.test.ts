import { describe, expect, test } from 'vitest';
import { runFiles } from '../../../../../engine/training/index.ts';
import {
  packRunFiles,
  parseReportLine,
  type ReportLine,
  toReportLine,
  unpackRunFiles,
} from '../../../../../engine/training/outside/report.ts';
import { seededRandom } from '../../../../kit/random.ts';

const { below } = seededRandom(1);
const files = new Map(
  Object.values(runFiles).map((path) => [
    path,
    Buffer.from(Array.from({ length: 60_000 }, () => below(256))),
  ]),
);
const partsOf = (lines: readonly ReportLine[]) =>
  lines.flatMap((line) => {
    const read = parseReportLine(toReportLine(line));
    return read?.type === 'part' ? [read.base64] : [];
  });

describe('files of a run as lines of output', () => {
  test('come back byte for byte', () => {
    const { lines, digest } = packRunFiles(files);
    expect(lines.length).toBeGreaterThan(2);
    expect([...unpackRunFiles(partsOf(lines), digest)]).toEqual([...files]);
  });

  test('are refused when a part is missing or another', () => {
    const { lines, digest } = packRunFiles(files);
    const parts = partsOf(lines);
    expect(() => unpackRunFiles(parts.slice(1), digest)).toThrow(/digest/);
    expect(() => unpackRunFiles([...parts].reverse(), digest)).toThrow(/digest/);
  });

  test('are refused when one that a run has is not among them, or one too many', () => {
    const fewer = new Map([...files].slice(1));
    const more = new Map([...files, ['../outside', Buffer.from('x')] as const]);
    for (const wrong of [fewer, more]) {
      const { lines, digest } = packRunFiles(wrong);
      expect(() => unpackRunFiles(partsOf(lines), digest)).toThrow(/did not come back whole/);
    }
  });
});

describe('a line of output', () => {
  test('is a report only with the mark in front and nothing wrong in it', () => {
    expect(parseReportLine('Installing the packages')).toBeNull();
    expect(parseReportLine('@assay {"type":"progress"')).toBeNull();
    expect(parseReportLine('@assay {"type":"something else"}')).toBeNull();
    const line: ReportLine = { type: 'progress', fraction: 0.5, message: 'Tree 3' };
    expect(parseReportLine(toReportLine(line))).toEqual(line);
  });

  test('keeps a metric that is not a number', () => {
    const output = { trainer: 'linear', recipeDigest: 'd', seconds: 1, facts: {}, warnings: [] };
    const line = toReportLine({
      type: 'done',
      digest: 'd',
      output: { ...output, metrics: { r2: Number.NaN } },
    });
    expect(parseReportLine(line)).toMatchObject({ output: { metrics: { r2: Number.NaN } } });
  });
});
