/** Seconds of the processor that each part of a drift report takes, 1 million rows × 50 columns a side:  node test/bench/data/drift-sections.ts [rows] */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DuckDBInstance } from '@duckdb/node-api';
import { quoteText } from '../../../engine/duckdb/index.ts';
import { run } from '../../../engine/monitoring/drift-job.ts';
import { planDrift } from '../../../engine/monitoring/drift-plan.ts';
import type { PlannedWindow } from '../../../engine/monitoring/windows/window-source.ts';
import { DriftSection, DriftSettings } from '../../../local-api/contract/index.ts';

const rows = Number(process.argv[2] ?? 1_000_000);
const given = process.argv[3];
const dir = given ?? mkdtempSync(join(tmpdir(), 'assay-drift-sections-'));
const uniform = (seed: number) => `(hash(i * ${seed} + 7) % 1000003 / 1000003.0)`;
const normal = (seed: number) =>
  `sqrt(-2 * ln(${uniform(seed)} + 1e-9)) * cos(2 * pi() * ${uniform(seed + 1)})`;
const numbers = Array.from({ length: 40 }, (_, k) => `n${k}`);
const labels = Array.from({ length: 10 }, (_, k) => `label ${k}`);

async function write(file: string, from: number, shift: number): Promise<void> {
  const list = [
    ...numbers.map((name, k) => `${normal(3 + 2 * k)} + ${k < 4 ? shift : 0} AS "${name}"`),
    ...labels.map((name, k) => `'v' || (hash(i * ${101 + k}) % ${5 * (k + 1) ** 2}) AS "${name}"`),
  ];
  const instance = await DuckDBInstance.create(':memory:', { threads: '2', memory_limit: '1500MB' });
  const connection = await instance.connect();
  await connection.run(
    `COPY (SELECT ${list.join(', ')} FROM range(${from}, ${from + rows}) r(i)) TO ${quoteText(file)} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880)`,
  );
  connection.closeSync();
  instance.closeSync();
}

const columns = [
  ...numbers.map((name) => ({ name, type: 'float' as const })),
  ...labels.map((name) => ({ name, type: 'string' as const })),
];
const window = (name: string): PlannedWindow => ({
  window: { kind: 'version', versionId: name },
  name,
  versionId: null,
  model: null,
  columns,
  source: { kind: 'files', files: [join(dir, `${name}.parquet`)], rows, targetSql: null, isNumber: false },
  notes: [],
});
const settings = DriftSettings.parse({});
const steps = new Map<string, { seconds: number; peakMb: number }>();
let [step, before] = ['', process.cpuUsage()];
const mark = (next: string) => {
  const { user, system } = process.cpuUsage(before);
  const seconds = (steps.get(step)?.seconds ?? 0) + (user + system) / 1e6;
  steps.set(step, { seconds, peakMb: process.resourceUsage().maxRSS / 1024 });
  [step, before] = [next, process.cpuUsage()];
};
async function measure(): Promise<void> {
  try {
    // In a process of its own: the memory of writing is none of the report's.
    execFileSync(process.execPath, [fileURLToPath(import.meta.url), String(rows), dir]);
    const beforeMb = process.memoryUsage().rss / 2 ** 20;
    mark('start');
    const report = await run({
      input: {
        reference: window('reference'),
        current: window('current'),
        model: null,
        modelNote: '',
        target: null,
        upstream: { changes: [], between: [], current: null },
        sections: DriftSection.options,
        seed: 0,
        memoryMb: 512,
        ...settings,
        plan: planDrift(columns, columns, { ...settings, columns: undefined }),
      },
      signal: new AbortController().signal,
      tmpDir: dir,
      log: () => undefined,
      send: () => undefined,
      room: async () => undefined,
      progress: (_: number, message?: string) => {
        const name =
          message?.startsWith('Comparing n') || message?.startsWith('Comparing label') ? 'Columns' : message;
        if (name !== undefined && name !== step) mark(name);
      },
    });
    mark('end');
    for (const [name, { seconds, peakMb }] of [...steps].slice(1))
      console.log(`${name.padEnd(32)} ${seconds.toFixed(2)} s, ${peakMb.toFixed(0)} MB at most so far`);
    const total = [...steps].slice(1).reduce((sum, [, { seconds }]) => sum + seconds, 0);
    const peak = process.resourceUsage().maxRSS / 1024;
    console.log(
      `${report.columns.length} columns, ${total.toFixed(1)} s of the processor, ${report.seconds.toFixed(1)} s; ${peak.toFixed(0)} MB at most (${beforeMb.toFixed(0)} MB before)`,
    );
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

if (given === undefined) await measure();
else {
  await write(join(dir, 'reference.parquet'), 0, 0);
  await write(join(dir, 'current.parquet'), rows, 0.2);
}
