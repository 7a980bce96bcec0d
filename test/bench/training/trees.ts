import { execFile } from 'node:child_process';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { messageOf } from '../../../engine/errors.ts';
import { withTempDir } from '../engine.ts';
import type { BenchRow } from '../report.ts';
import { type TreeSet, writeFlightsSet, writeWideSet } from './tree-sets.ts';

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const shape = { leaves: 31, learningRate: 0.1, minLeafRows: 20 };

type Fit = { seconds: number; cpuSeconds: number; peakMb: number; auc: number };

const peers = [
  { name: 'LightGBM, 1 thread', peer: 'lightgbm', threads: 1 },
  { name: 'LightGBM, 2 threads', peer: 'lightgbm', threads: 2 },
  { name: 'XGBoost hist, 1 thread', peer: 'xgboost', threads: 1 },
];

/** Fits of the same trees (31 leaves, rate 0.1, 255 bins) by us, LightGBM and XGBoost, each in a process of its own. */
export async function measureTrees(options: {
  isQuick: boolean;
  python: string | null;
}): Promise<BenchRow[]> {
  return withTempDir(async (dir) => {
    const sets: [string, (folder: string) => Promise<TreeSet>][] = [
      ['wide-28', (folder) => writeWideSet(folder, 100_000, 28)],
      ['flights-200k', (folder) => writeFlightsSet(folder, 200_000)],
    ];
    if (!options.isQuick) {
      sets.push(['wide-200', (folder) => writeWideSet(folder, 100_000, 200)]);
      sets.push(['flights-3m', (folder) => writeFlightsSet(folder, 3_000_000)]);
    }
    const rows: BenchRow[] = [];
    for (const [name, write] of sets) {
      const folder = join(dir, name);
      await mkdir(folder);
      rows.push(...(await measureSet(folder, await write(folder), options.python)));
    }
    return rows;
  });
}

async function measureSet(dir: string, set: TreeSet, python: string | null): Promise<BenchRow[]> {
  const { codes, trees } = set;
  const settings = { ...shape, trees, categories: 'native' };
  const ours = await fitIn(`Assay, ${set.name}`, process.execPath, [
    here('fit-trees.ts'),
    JSON.stringify({ dir, codes, settings }),
  ]);
  if (!ours) return [];
  const rows: BenchRow[] = [];
  for (const { name, peer, threads } of python === null ? [] : peers) {
    const order = JSON.stringify({ dir, codes, peer, threads, trees, ...shape });
    const theirs = await fitIn(`${name}, ${set.name}`, python ?? '', [here('peer_trees.py'), order]);
    rows.push(...besides(set.name, ours, name, theirs));
  }
  return rows.length > 0 ? rows : besides(set.name, ours, '', null);
}

async function fitIn(name: string, program: string, args: string[]): Promise<Fit | null> {
  try {
    const { stdout } = await run(program, args);
    const figures = JSON.parse(stdout) as Fit;
    console.error(
      `${name}: ${figures.seconds.toFixed(2)} s (processor ${figures.cpuSeconds.toFixed(2)} s), ${figures.peakMb.toFixed(0)} MB, AUC ${figures.auc.toFixed(4)}`,
    );
    return figures;
  } catch (thrown) {
    console.error(`${name}: ${messageOf(thrown)}`);
    return null;
  }
}

/** `ratio` above 1 means that ours is better. */
function besides(set: string, ours: Fit, peerName: string, theirs: Fit | null): BenchRow[] {
  const row = (
    what: string,
    unit: string,
    own: number,
    peer: number | undefined,
    ratio: number,
  ): BenchRow => ({
    name: `trees, ${set}, ${what}`,
    unit,
    ours: own,
    peer: peer ?? null,
    peerName: theirs ? peerName : null,
    ratio: theirs ? ratio : null,
  });
  return [
    row('fit', 's', ours.seconds, theirs?.seconds, (theirs?.seconds ?? 0) / ours.seconds),
    row(
      'processor time',
      's',
      ours.cpuSeconds,
      theirs?.cpuSeconds,
      (theirs?.cpuSeconds ?? 0) / ours.cpuSeconds,
    ),
    row('peak memory', 'MB', ours.peakMb, theirs?.peakMb, (theirs?.peakMb ?? 0) / ours.peakMb),
    row('AUC', '', ours.auc, theirs?.auc, ours.auc / (theirs?.auc ?? 1)),
  ];
}
