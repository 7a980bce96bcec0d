/** What every benchmark gives: figures, beside a peer's where one was there. `ratio` above 1 means that ours is better. */
export type BenchRow = {
  name: string;
  unit: string;
  ours: number;
  peer: number | null;
  peerName: string | null;
  ratio: number | null;
};

export function row(name: string, unit: string, ours: number): BenchRow {
  return { name, unit, ours, peer: null, peerName: null, ratio: null };
}

/** With `--json` one object and nothing else; otherwise a table. */
export function printReport(rows: readonly BenchRow[]): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ rows }));
    return;
  }
  const width = Math.max(...rows.map((r) => r.name.length));
  for (const r of rows) {
    const peer = r.peer === null ? '' : `   ${r.peerName}: ${format(r.peer)} (${format(r.ratio ?? 0)} ×)`;
    console.log(`${r.name.padEnd(width)}  ${format(r.ours).padStart(10)} ${r.unit}${peer}`);
  }
}

/** Middle of the measurements; robust against one that was disturbed. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}

function format(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3)));
}
