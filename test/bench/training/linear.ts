import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withTempDir } from '../engine.ts';
import type { BenchRow } from '../report.ts';
import { besides, fitIn, here } from './beside.ts';
import { type TreeSet, writeFlightsSet, writeWideSet } from './tree-sets.ts';

type Bench = {
  folder: string;
  write(dir: string): Promise<TreeSet>;
  isOneHot: boolean;
  l1: number;
  solvers: readonly string[];
};

const smooth = ['lbfgs', 'newton-cholesky'];

/** Logistic regression with the same penalty by us and scikit-learn, each in a process of its own. */
export async function measureLinear(options: {
  isQuick: boolean;
  python: string | null;
}): Promise<BenchRow[]> {
  const flights = (rows: number) => (dir: string) => writeFlightsSet(dir, rows);
  const wide = (width: number) => (dir: string) => writeWideSet(dir, 100_000, width);
  const benches: Bench[] = [
    { folder: 'wide-28', write: wide(28), isOneHot: false, l1: 0, solvers: smooth },
    { folder: 'flights-200k', write: flights(200_000), isOneHot: true, l1: 0, solvers: smooth },
  ];
  if (!options.isQuick) {
    benches.push(
      { folder: 'wide-200', write: wide(200), isOneHot: false, l1: 0, solvers: smooth },
      { folder: 'wide-200-l1', write: wide(200), isOneHot: false, l1: 100, solvers: ['saga'] },
      { folder: 'flights-3m', write: flights(3_000_000), isOneHot: false, l1: 0, solvers: smooth },
    );
  }
  return withTempDir(async (dir) => {
    const rows: BenchRow[] = [];
    for (const bench of benches) {
      const folder = join(dir, bench.folder);
      await mkdir(folder);
      rows.push(...(await measureSet(folder, bench, options.python)));
    }
    return rows;
  });
}

async function measureSet(dir: string, bench: Bench, python: string | null): Promise<BenchRow[]> {
  const { isOneHot, l1, solvers, write } = bench;
  const set = await write(dir);
  const order = { dir, codes: set.codes, isOneHot, l1, l2: 1, tolerance: 1e-4 };
  const name = `${set.name}${isOneHot ? ', one-hot' : ''}${l1 > 0 ? ', elastic net' : ''}`;
  const ours = await fitIn(`Assay, ${name}`, process.execPath, [
    here('fit-linear.ts'),
    JSON.stringify(order),
  ]);
  if (!ours) return [];
  const rows: BenchRow[] = [];
  for (const solver of python === null ? [] : solvers) {
    const peer = `scikit-learn ${solver}, 1 thread`;
    const asked = JSON.stringify({ ...order, solver, threads: 1 });
    const theirs = await fitIn(`${peer}, ${name}`, python ?? '', [here('peer_linear.py'), asked]);
    rows.push(...besides(`linear, ${name}`, ours, peer, theirs));
  }
  return rows.length > 0 ? rows : besides(`linear, ${name}`, ours, '', null);
}
