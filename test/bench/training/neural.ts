import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { withTempDir } from '../engine.ts';
import type { BenchRow } from '../report.ts';
import { besides, fitIn, here } from './beside.ts';
import { type TreeSet, writeFlightsSet, writeWideSet } from './tree-sets.ts';

/** The same network for all: two hidden layers with ReLU, Adam, a fixed number of epochs. */
const shape = { hidden: [64, 64], batchSize: 256, learningRate: 1e-3, epochs: 5 };

/**
 * The same small network fitted by us, scikit-learn and TensorFlow.js, each in a process of its own. ASSAY_BENCH_TFJS names a folder
 * where `npm install @tensorflow/tfjs-layers @tensorflow/tfjs-core @tensorflow/tfjs-backend-cpu @tensorflow/tfjs-backend-wasm` was
 * run; without it there is no figure for TensorFlow.js.
 */
export async function measureNeural(options: {
  isQuick: boolean;
  python: string | null;
}): Promise<BenchRow[]> {
  return withTempDir(async (dir) => {
    const sets: [string, (folder: string) => Promise<TreeSet>][] = [
      ['wide-28', (folder) => writeWideSet(folder, 100_000, 28)],
    ];
    if (!options.isQuick) sets.push(['flights-200k', (folder) => writeFlightsSet(folder, 200_000)]);
    const rows: BenchRow[] = [];
    for (const [name, write] of sets) {
      const folder = join(dir, name);
      await mkdir(folder);
      rows.push(...(await measureSet(folder, await write(folder), options)));
    }
    return rows;
  });
}

type Peer = { name: string; program: string; args: string[] };

function peersFor(order: object, { isQuick, python }: { isQuick: boolean; python: string | null }): Peer[] {
  const peers: Peer[] = [];
  const add = (name: string, program: string, file: string, more: object) =>
    peers.push({ name, program, args: [here(file), JSON.stringify({ ...order, ...more })] });
  if (python !== null) {
    add('scikit-learn, 1 thread', python, 'peer_network.py', { threads: 1 });
    add('scikit-learn, 2 threads', python, 'peer_network.py', { threads: 2 });
  }
  const tfjs = process.env.ASSAY_BENCH_TFJS;
  if (tfjs === undefined) console.error('No TensorFlow.js: name a folder that has it with ASSAY_BENCH_TFJS.');
  else {
    add('TensorFlow.js, wasm', process.execPath, 'peer-tfjs.ts', { modules: tfjs, backend: 'wasm' });
    if (!isQuick)
      add('TensorFlow.js, cpu', process.execPath, 'peer-tfjs.ts', { modules: tfjs, backend: 'cpu' });
  }
  return peers;
}

async function measureSet(
  dir: string,
  set: TreeSet,
  options: { isQuick: boolean; python: string | null },
): Promise<BenchRow[]> {
  const order = { dir, width: set.codes.length, ...shape };
  const title = `neural, ${set.name}, ${shape.epochs} epochs`;
  const ours = await fitIn(`Assay, ${set.name}`, process.execPath, [
    here('fit-network.ts'),
    JSON.stringify(order),
  ]);
  if (!ours) return [];
  const rows: BenchRow[] = [];
  for (const { name, program, args } of peersFor(order, options)) {
    rows.push(...besides(title, ours, name, await fitIn(`${name}, ${set.name}`, program, args)));
  }
  return rows.length > 0 ? rows : besides(title, ours, '', null);
}
