/**
 * `npm run bench:training [-- --only trees|linear|neural] [-- --quick] [-- --json]`: our trainers beside scikit-learn, LightGBM and
 * XGBoost on the same rows and cores, one after the other: seconds of a fit, peak memory, quality on rows held back.
 *
 * The peers run in the Python that ASSAY_BENCH_PYTHON names, else `python3`. Prints and never fails by time; what cannot be
 * measured is told on stderr and has no figure.
 */
import { type BenchRow, printReport } from './report.ts';
import { measureLinear } from './training/linear.ts';
import { measureNeural } from './training/neural.ts';
import { findPython } from './training/python.ts';
import { measureTrees } from './training/trees.ts';

const isQuick = process.argv.includes('--quick');
const onlyAt = process.argv.indexOf('--only');
const only = onlyAt < 0 ? null : process.argv[onlyAt + 1];

const parts: Record<string, (options: { isQuick: boolean; python: string | null }) => Promise<BenchRow[]>> = {
  trees: measureTrees,
  linear: measureLinear,
  neural: measureNeural,
};

const python = findPython();
const rows: BenchRow[] = [];
for (const [name, measure] of Object.entries(parts)) {
  if (only === null || only === name) rows.push(...(await measure({ isQuick, python })));
}
printReport(rows);
