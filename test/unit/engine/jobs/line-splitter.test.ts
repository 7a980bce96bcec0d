import { describe, expect, it } from 'vitest';
import { lineSplitter } from '../../../../engine/jobs/line-splitter.ts';

function split(bytes: Buffer, chunkBytes: number): string[] {
  const lines: string[] = [];
  const splitter = lineSplitter((line) => lines.push(line));
  for (let at = 0; at < bytes.length; at += chunkBytes) splitter.write(bytes.subarray(at, at + chunkBytes));
  splitter.end();
  return lines;
}

describe('lineSplitter', () => {
  it('gives the same lines wherever the chunks are cut, also inside a character', () => {
    const text = Buffer.from('naïve\nsecond\r\n10 %\r20 %\r\n\nlast – without end');
    for (let chunkBytes = 1; chunkBytes <= text.length; chunkBytes++) {
      expect(split(text, chunkBytes)).toEqual(['naïve', 'second', '10 %', '20 %', 'last – without end']);
    }
  });

  it('passes a line without end on in pieces, so that memory stays bounded', () => {
    const lines = split(Buffer.alloc(100_000, 'x'), 65_536);
    expect(lines.join('').length).toBe(100_000);
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(8192);
  });
});
