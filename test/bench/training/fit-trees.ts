/** A process that fits our trees on the rows of a folder and tells seconds, processor time, peak memory and AUC: its memory is its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { forestTrainer } from '../../../engine/training/trainers/forest/forest.ts';
import { gbdtTrainer } from '../../../engine/training/trainers/gbdt/gbdt.ts';
import { rocAuc } from './auc.ts';

const { dir, codes, kind, settings } = JSON.parse(process.argv[2] ?? '') as {
  dir: string;
  codes: number[];
  kind: 'gbdt' | 'forest';
  settings: Record<string, unknown>;
};
const read = (name: string): ArrayBuffer => new Uint8Array(readFileSync(join(dir, name))).buffer;
const width = codes.length;
const x = new Float32Array(read('x.f32'));
const y = new Float64Array(read('y.f64'));

const started = performance.now();
const before = process.cpuUsage();
const trainer = kind === 'forest' ? forestTrainer : gbdtTrainer;
const model = await trainer.fit({
  ...{
    x,
    y,
    n: y.length,
    weights: null,
    width,
    task: 'classification',
    classes: 2,
    positiveClass: 1,
    seed: 1,
  },
  columns: codes.map((of, i) => ({
    name: `x${i}`,
    feature: `x${i}`,
    kind: of > 0 ? 'code' : 'number',
    codes: of,
  })),
  validation: { x: new Float32Array(0), y: new Float64Array(0), n: 0, weights: null },
  settings: { kind, ...settings },
  report: () => {},
  signal: new AbortController().signal,
});
const seconds = (performance.now() - started) / 1000;
const { user, system } = process.cpuUsage(before);
const peakMb = process.resourceUsage().maxRSS / 1024;
const xTest = new Float32Array(read('x-test.f32'));
const yTest = new Float64Array(read('y-test.f64'));
const answers = model.predict(xTest, yTest.length);
const auc = rocAuc(
  Float64Array.from(yTest, (_, i) => answers[2 * i + 1] ?? 0),
  yTest,
);
console.log(JSON.stringify({ seconds, cpuSeconds: (user + system) / 1e6, peakMb, auc }));
