import { programOutput } from './program-output.ts';

export type Gpu = { name: string; memoryMegabytes: number; driver: string };

export type GpuSample = {
  utilizationPercentage: number;
  memoryUsedMegabytes: number;
  memoryTotalMegabytes: number;
  powerWatts: number;
};

/** Rows of a query of NVIDIA's tool; none where it is not installed or sees no device. */
async function query(fields: readonly string[]): Promise<string[][]> {
  const output = await programOutput(
    'nvidia-smi',
    [`--query-gpu=${fields.join(',')}`, '--format=csv,noheader,nounits'],
    { timeoutMs: 5000, maxBytes: 64 * 1024 },
  );
  return output === null ? [] : parseGpuRows(output.text, fields.length);
}

/** Lines of comma-separated cells; a line with another number of cells is a message and no row. */
export function parseGpuRows(text: string, columns: number): string[][] {
  return text
    .split('\n')
    .map((line) => line.split(',').map((cell) => cell.trim()))
    .filter((cells) => cells.length === columns);
}

/** The NVIDIA devices of this machine; others are not known to any tool that is everywhere. */
export async function readGpus(): Promise<Gpu[]> {
  const rows = await query(['name', 'memory.total', 'driver_version']);
  return rows.map(([name = '', memory = '', driver = '']) => ({
    name,
    memoryMegabytes: Number(memory),
    driver,
  }));
}

/** How busy each device is now, in the order of `readGpus`. A figure that a device does not tell is NaN. */
export async function sampleGpus(): Promise<GpuSample[]> {
  const rows = await query(['utilization.gpu', 'memory.used', 'memory.total', 'power.draw']);
  return rows.map(([utilization = '', used = '', total = '', power = '']) => ({
    utilizationPercentage: Number(utilization),
    memoryUsedMegabytes: Number(used),
    memoryTotalMegabytes: Number(total),
    powerWatts: Number(power),
  }));
}
