/** Every drift method beside SciPy, and beside Evidently where it is installed, on columns that are easy and that are not. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type ColumnWindows,
  judge,
  numberPair,
  runMethod,
} from '../../../engine/monitoring/methods/index.ts';
import { countsOfValues } from '../../../engine/monitoring/methods/windows.ts';
import { presetMethod } from '../../../engine/monitoring/preset-method.ts';
import { sampleOf } from '../../../engine/monitoring/statistics/sample.ts';
import { seededRandom } from '../../../engine/statistics/index.ts';
import { DriftMethod, driftMethods } from '../../../local-api/contract/index.ts';
import { pythonWith } from '../quality/python.ts';

type Answers = {
  scipy: Record<string, Record<string, [number, number | null] | null>>;
  evidently?: Record<string, Record<string, [number, boolean]>>;
  choice?: Record<string, string>;
  missing?: string;
};

const run = promisify(execFile);
const random = seededRandom(5, 'drift beside scipy');
const drawn = (size: number, draw: () => number) => Float64Array.from({ length: size }, draw);
const normal = () => random.normal();

const numbers: Record<string, [Float64Array, Float64Array]> = {
  ordinary: [drawn(1000, normal), drawn(800, () => 0.1 + 1.1 * random.normal())],
  equal: [drawn(3000, normal), drawn(2500, normal)],
  tied: [drawn(500, () => random.integer(16)), drawn(400, () => random.integer(17))],
  grades: [drawn(900, () => random.integer(4)), drawn(300, () => random.integer(4))],
  tiny: [drawn(6, normal), drawn(7, normal)],
  small: [drawn(15, normal), drawn(18, () => random.normal() + 0.5)],
  constant: [drawn(50, () => 3), drawn(60, () => 3)],
  moved: [drawn(50, () => 3), drawn(60, () => 4)],
  heavy: [
    drawn(2000, () => Math.tan(Math.PI * (random.next() - 0.5))),
    drawn(3000, () => Math.tan(Math.PI * (random.next() - 0.5))),
  ],
  large: [drawn(20_000, normal), drawn(15_000, () => random.normal() + 0.02)],
  million: [drawn(1_000_000, normal), drawn(800_000, () => 1.001 * random.normal())],
  tiedMillion: [
    drawn(1_000_000, () => Math.round(1e5 * random.normal())),
    drawn(800_000, () => Math.round(1.002e5 * random.normal())),
  ],
};
const labels: Record<string, [number[], number[]]> = {
  ordinaryLabels: [
    [216, 140, 89, 55],
    [130, 119, 68, 83],
  ],
  largeLabels: [
    [2160, 1400, 890, 550],
    [260, 140, 90, 70],
  ],
  twoLabels: [
    [361, 139],
    [255, 145],
  ],
  fewRows: [
    [7, 5],
    [6, 8],
  ],
  newLabel: [
    [300, 200, 0],
    [120, 80, 6],
  ],
};

const found = await pythonWith(['scipy', 'numpy']);
if ('missing' in found) console.error(`Not run: ${found.missing}.`);

describe.skipIf('missing' in found)('drift methods beside SciPy and Evidently', () => {
  let dir = '';
  let answers: Answers;

  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'assay-drift-'));
    await writeFile(join(dir, 'cases.json'), JSON.stringify({ numbers: Object.keys(numbers), labels }));
    for (const [name, [reference, current]] of Object.entries(numbers)) {
      await writeFile(join(dir, `${name}.reference`), reference);
      await writeFile(join(dir, `${name}.current`), current);
    }
    const program = fileURLToPath(new URL('./drift.py', import.meta.url));
    await run('python' in found ? found.python : '', ['-W', 'ignore', program, dir], { timeout: 500_000 });
    answers = JSON.parse(await readFile(join(dir, 'answers.json'), 'utf8')) as Answers;
    if (answers.missing !== undefined) console.error(`Evidently was not compared with: ${answers.missing}.`);
  }, 540_000);
  afterAll(() => rm(dir, { recursive: true, force: true }));

  test.each([...Object.keys(numbers), ...Object.keys(labels)])('%s as SciPy', (name) => {
    const differences: string[] = [];
    for (const [id, theirs] of Object.entries(answers.scipy[name] ?? {})) {
      const method = DriftMethod.parse(id);
      const ours = runMethod(method, windowsOf(name));
      if (theirs === null || 'reason' in ours) continue;
      const [score, p] = theirs;
      // Where nothing varies within the windows, rounding is all that SciPy divides by.
      if (score > 1e12 && score < 1e300 && ours.score > 1e12) continue;
      if (!isClose(ours.score, score, 1e-9)) differences.push(`${id}: ${ours.score}, SciPy ${score}`);
      if (p !== null && Math.abs((ours.pValue ?? -1) - p) > 1e-6 && !isClose(ours.pValue ?? -1, p, 1e-6))
        differences.push(`${id}: p ${ours.pValue}, SciPy ${p}`);
    }
    expect(differences).toEqual([]);
  });

  test.each([...Object.keys(numbers), ...Object.keys(labels)])('%s as Evidently', (name) => {
    if (answers.evidently === undefined) return;
    expect(presetMethod('evidently', factsOf(name))).toBe(answers.choice?.[name]);
    const differences: string[] = [];
    for (const [id, [score, drifted]] of Object.entries(answers.evidently[name] ?? {})) {
      const method = DriftMethod.parse(id);
      const { alert, defaultThreshold } = driftMethods[method];
      const outcome = runMethod(method, windowsOf(name));
      if ('reason' in outcome) continue;
      const ours = judge(method, outcome, defaultThreshold);
      const figure = alert === 'p-value' ? ours.pValue : ours.score;
      if (Math.abs((figure ?? -1) - score) > 1e-6 || ours.drifted !== drifted)
        differences.push(`${id}: ${figure} ${ours.drifted}, Evidently ${score} ${drifted}`);
    }
    expect(differences).toEqual([]);
  });
});

function isClose(a: number, b: number, relative: number): boolean {
  return Math.abs(a - b) <= relative * Math.max(1e-3, Math.abs(b));
}

function samplesOf(name: string) {
  const [reference, current] = numbers[name] ?? [];
  if (reference === undefined || current === undefined) return null;
  return { reference: sampleOf(reference.slice()), current: sampleOf(current.slice()) };
}

function windowsOf(name: string): ColumnWindows {
  const samples = samplesOf(name);
  if (samples !== null) {
    const { reference, current } = samples;
    const isFew = reference.values.length + current.values.length <= 60;
    return {
      numbers: numberPair(reference, current),
      counts: isFew ? countsOfValues(reference, current) : null,
    };
  }
  const [reference, current] = labels[name] ?? [[], []];
  return { numbers: null, counts: { labels: reference.map((_, i) => `v${i}`), reference, current } };
}

function factsOf(name: string) {
  const samples = samplesOf(name);
  if (samples !== null) {
    const { reference, current } = samples;
    return {
      type: 'float' as const,
      kind: 'number' as const,
      referenceSize: reference.size,
      referenceDistinct: reference.values.length,
      distinct: new Set([...reference.values, ...current.values]).size,
    };
  }
  const [reference, current] = labels[name] ?? [[], []];
  return {
    type: 'string' as const,
    kind: 'category' as const,
    referenceSize: reference.reduce((sum, count) => sum + count, 0),
    referenceDistinct: reference.filter((count) => count > 0).length,
    distinct: reference.filter((count, i) => count + (current[i] ?? 0) > 0).length,
  };
}
