import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { rocAuc } from './auc.ts';

/** What a program is told that fits a network to the rows of a folder. */
export type NetworkOrder = {
  dir: string;
  width: number;
  hidden: number[];
  batchSize: number;
  learningRate: number;
  epochs: number;
};

/** The rows of the folder, each column of numbers brought to mean 0 and spread 1 by those to fit on. */
export function readScaled({ dir, width, codes }: { dir: string; width: number; codes?: readonly number[] }) {
  const read = (name: string): ArrayBuffer => new Uint8Array(readFileSync(join(dir, name))).buffer;
  const x = new Float32Array(read('x.f32'));
  const xTest = new Float32Array(read('x-test.f32'));
  for (let column = 0; column < width; column++) {
    if ((codes?.[column] ?? 0) > 0) continue;
    let [sum, squares, n] = [0, 0, 0];
    for (let i = column; i < x.length; i += width) {
      const value = x[i] ?? 0;
      sum += value;
      squares += value * value;
      n++;
    }
    const mean = sum / n;
    const spread = Math.sqrt(squares / n - mean * mean);
    for (const part of [x, xTest]) {
      for (let i = column; i < part.length; i += width) part[i] = ((part[i] ?? 0) - mean) / spread;
    }
  }
  return { x, xTest, y: new Float64Array(read('y.f64')), yTest: new Float64Array(read('y-test.f64')) };
}

/** Times a fit and prints its figures; `learn` gives what answers the chance of the second class. */
export async function measureFit(
  learn: () => Promise<(x: Float32Array) => ArrayLike<number>>,
  { xTest, yTest }: { xTest: Float32Array; yTest: Float64Array },
): Promise<void> {
  const started = performance.now();
  const before = process.cpuUsage();
  const answer = await learn();
  const seconds = (performance.now() - started) / 1000;
  const { user, system } = process.cpuUsage(before);
  const peakMb = process.resourceUsage().maxRSS / 1024;
  const auc = rocAuc(Float64Array.from(answer(xTest)), yTest);
  console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMb, auc }));
}
