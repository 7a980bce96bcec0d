import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withTempDir } from '../engine.ts';
import type { BenchRow } from '../report.ts';
import { besides, fitIn, here } from './beside.ts';
import { type TreeSet, writeFlightsSet, writeWideSet } from './tree-sets.ts';

const shape = { leaves: 31, learningRate: 0.1, minLeafRows: 20 };

const peers = [
  { name: 'LightGBM, 1 thread', peer: 'lightgbm', threads: 1 },
  { name: 'LightGBM, 2 threads', peer: 'lightgbm', threads: 2 },
  { name: 'XGBoost hist, 1 thread', peer: 'xgboost', threads: 1 },
];

/** Deep trees of more rows take minutes. */
const MOST_FOREST_ROWS = 200_000;
const forestTrees = 20;

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
      const set = await write(folder);
      rows.push(...(await measureSet(folder, set, options.python)));
      if (set.rows <= MOST_FOREST_ROWS) rows.push(...(await measureForest(folder, set, options.python)));
    }
    return rows;
  });
}

async function measureSet(dir: string, set: TreeSet, python: string | null): Promise<BenchRow[]> {
  const { codes, trees } = set;
  const settings = { ...shape, trees, categories: 'native', earlyStoppingRounds: 0 };
  const ours = await fitIn(`Assay, ${set.name}`, process.execPath, [
    here('fit-trees.ts'),
    JSON.stringify({ dir, codes, kind: 'gbdt', settings }),
  ]);
  if (!ours) return [];
  const rows: BenchRow[] = [];
  for (const { name, peer, threads } of python === null ? [] : peers) {
    const order = JSON.stringify({ dir, codes, peer, threads, trees, ...shape });
    const theirs = await fitIn(`${name}, ${set.name}`, python ?? '', [here('peer_trees.py'), order]);
    rows.push(...besides(`trees, ${set.name}`, ours, name, theirs));
  }
  return rows.length > 0 ? rows : besides(`trees, ${set.name}`, ours, '', null);
}

/** Random forests of leaves of five rows and more, on one thread; codes are numbers to scikit-learn, so they are to us. */
async function measureForest(
  dir: string,
  { name, codes }: TreeSet,
  python: string | null,
): Promise<BenchRow[]> {
  const shared = { trees: forestTrees, minLeafRows: 5 };
  const order = { dir, codes: codes.map(() => 0) };
  const ours = await fitIn(`Assay forest, ${name}`, process.execPath, [
    here('fit-trees.ts'),
    JSON.stringify({ ...order, kind: 'forest', settings: shared }),
  ]);
  if (!ours) return [];
  const peer = JSON.stringify({ ...order, ...shared, peer: 'scikit-learn', threads: 1 });
  const theirs =
    python === null
      ? null
      : await fitIn(`scikit-learn forest, ${name}`, python, [here('peer_trees.py'), peer]);
  return besides(`forest, ${name}`, ours, 'scikit-learn, 1 thread', theirs);
}
