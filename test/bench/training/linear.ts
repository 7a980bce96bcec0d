import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withTempDir } from '../engine.ts';
import type { BenchRow } from '../report.ts';
import { besides, fitIn, here } from './beside.ts';
import type { LinearKind } from './linear-order.ts';
import { type TreeSet, writeFlightsSet, writeWideSet } from './tree-sets.ts';

type Fit = { kind: LinearKind; l1: number; solvers: readonly string[] };

/** One table, of which several models are made. */
type Bench = {
  folder: string;
  write(dir: string): Promise<TreeSet>;
  isOneHot: boolean;
  fits: readonly Fit[];
};

const logistic: Fit = { kind: 'logistic', l1: 0, solvers: ['lbfgs', 'newton-cholesky'] };
const sparse: Fit = { kind: 'logistic', l1: 100, solvers: ['saga'] };
const classes: Fit = { kind: 'classes', l1: 0, solvers: ['lbfgs'] };
const ridge: Fit = { kind: 'squared', l1: 0, solvers: ['auto'] };
const lasso: Fit = { kind: 'squared', l1: 500, solvers: ['coordinate descent'] };

/** Linear models with the same penalty by us and scikit-learn, each in a process of its own. */
export async function measureLinear(options: {
  isQuick: boolean;
  python: string | null;
}): Promise<BenchRow[]> {
  const flights = (rows: number) => (dir: string) => writeFlightsSet(dir, rows);
  const wide = (width: number) => (dir: string) => writeWideSet(dir, 100_000, width);
  const benches: Bench[] = [
    { folder: 'wide-28', write: wide(28), isOneHot: false, fits: [logistic] },
    { folder: 'wide-100', write: wide(100), isOneHot: false, fits: [logistic, classes, ridge, lasso] },
    { folder: 'flights-200k', write: flights(200_000), isOneHot: true, fits: [logistic, ridge] },
  ];
  if (!options.isQuick) {
    benches.push(
      { folder: 'wide-200', write: wide(200), isOneHot: false, fits: [logistic, sparse] },
      { folder: 'flights-3m', write: flights(3_000_000), isOneHot: false, fits: [logistic, ridge] },
    );
  }
  return withTempDir(async (dir) => {
    const rows: BenchRow[] = [];
    for (const bench of benches) {
      const folder = join(dir, bench.folder);
      await mkdir(folder);
      const set = await bench.write(folder);
      for (const fit of bench.fits) rows.push(...(await measureSet(folder, set, bench, fit, options.python)));
    }
    return rows;
  });
}

async function measureSet(
  dir: string,
  set: TreeSet,
  { isOneHot }: Bench,
  { kind, l1, solvers }: Fit,
  python: string | null,
): Promise<BenchRow[]> {
  const order = { dir, kind, codes: set.codes, isOneHot, l1, l2: 1, tolerance: 1e-4 };
  const name = `${kind}, ${set.name}${isOneHot ? ', one-hot' : ''}${l1 > 0 ? ', elastic net' : ''}`;
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
