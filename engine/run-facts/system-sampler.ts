import { readdir, readFile, statfs } from 'node:fs/promises';
import { cpus, freemem, totalmem } from 'node:os';
import { sampleGpus } from './gpus.ts';
import { cpuTicks, memoryUse, networkBytes, processUse } from './proc-files.ts';

export type SystemSampler = {
  /** What the machine and the processes do now, by metric key. Shares are over the time since the sample before. */
  sample(): Promise<Record<string, number>>;
};

type Counters = { busy: number; total: number; network: { received: number; sent: number } | null };

const isLinux = process.platform === 'linux';
/** Linux reports times in hundredths of a second and memory in pages of 4 KiB on every platform that Node supports. */
const ticksPerSecond = 100;
const pageBytes = 4096;
const megabyte = 1e6;

/**
 * Samples the machine under MLflow's `system/` names, so that its UI shows them as its own; and, where `sessionId` names
 * the session that a command was started in (Linux), the sum over its processes: `process_cpu_percentage` is of one core.
 *
 * Megabytes are millions of bytes, as MLflow has it. Network counts from the start of the sampler. A sample reads a few
 * files, of a session one a process on the machine; nvidia-smi is asked only while it finds devices.
 */
export async function createSystemSampler(options: {
  sessionId?: number;
  diskPath: string;
}): Promise<SystemSampler> {
  const first = await readCounters();
  const processes =
    options.sessionId === undefined || !isLinux ? null : createSessionSampler(options.sessionId);
  let before = first;
  let hasGpus = true;

  const machine = async (): Promise<Record<string, number>> => {
    const now = await readCounters();
    const values: Record<string, number> = {};
    if (now.total > before.total) {
      values['system/cpu_utilization_percentage'] =
        (100 * (now.busy - before.busy)) / (now.total - before.total);
    }
    if (now.network !== null && first.network !== null) {
      values['system/network_receive_megabytes'] = (now.network.received - first.network.received) / megabyte;
      values['system/network_transmit_megabytes'] = (now.network.sent - first.network.sent) / megabyte;
    }
    before = now;
    return values;
  };

  const gpus = async (): Promise<Record<string, number>> => {
    const samples = hasGpus ? await sampleGpus() : [];
    hasGpus = samples.length > 0;
    const values: Record<string, number> = {};
    for (const [index, gpu] of samples.entries()) {
      const name = `system/gpu_${index}`;
      values[`${name}_utilization_percentage`] = gpu.utilizationPercentage;
      values[`${name}_memory_usage_megabytes`] = gpu.memoryUsedMegabytes;
      values[`${name}_memory_usage_percentage`] = (100 * gpu.memoryUsedMegabytes) / gpu.memoryTotalMegabytes;
      values[`${name}_power_usage_watts`] = gpu.powerWatts;
    }
    return values;
  };

  return {
    async sample() {
      const parts = await Promise.all([
        machine(),
        memory(),
        disk(options.diskPath),
        gpus(),
        processes?.() ?? {},
      ]);
      const known = Object.entries(Object.assign({}, ...parts) as Record<string, number>);
      return Object.fromEntries(known.filter(([, value]) => Number.isFinite(value)));
    },
  };
}

async function readCounters(): Promise<Counters> {
  if (!isLinux) return { ...portableCpu(), network: null };
  const [stat, dev] = await Promise.all([
    readFile('/proc/stat', 'utf8'),
    readFile('/proc/net/dev', 'utf8').catch(() => null),
  ]);
  return { ...cpuTicks(stat), network: dev === null ? null : networkBytes(dev) };
}

function portableCpu(): { busy: number; total: number } {
  let busy = 0;
  let total = 0;
  for (const { times } of cpus()) {
    const all = times.user + times.nice + times.sys + times.irq + times.idle;
    total += all;
    busy += all - times.idle;
  }
  return { busy, total };
}

async function memory(): Promise<Record<string, number>> {
  const used = isLinux
    ? memoryUse(await readFile('/proc/meminfo', 'utf8'))
    : {
        usedMegabytes: (totalmem() - freemem()) / 2 ** 20,
        totalMegabytes: totalmem() / 2 ** 20,
      };
  return {
    'system/system_memory_usage_megabytes': (used.usedMegabytes * 2 ** 20) / megabyte,
    'system/system_memory_usage_percentage': (100 * used.usedMegabytes) / used.totalMegabytes,
  };
}

async function disk(path: string): Promise<Record<string, number>> {
  const stats = await statfs(path).catch(() => null);
  if (stats === null) return {};
  const used = (stats.blocks - stats.bfree) * stats.bsize;
  const available = stats.bavail * stats.bsize;
  return {
    'system/disk_usage_percentage': (100 * used) / (used + available),
    'system/disk_usage_megabytes': used / megabyte,
    'system/disk_available_megabytes': available / megabyte,
  };
}

/** Sums over the processes of a session; what a process used between the last sample and its end is not seen. */
function createSessionSampler(sessionId: number): () => Promise<Record<string, number>> {
  let ticksBefore = new Map<string, number>();
  let atMs = performance.now();
  return async () => {
    const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
    const ticks = new Map<string, number>();
    let residentPages = 0;
    for (const pid of pids) {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
      if (stat === null) continue;
      const use = processUse(stat);
      if (use.session !== sessionId) continue;
      ticks.set(pid, use.ticks);
      residentPages += use.residentPages;
    }
    let used = 0;
    for (const [pid, now] of ticks) used += Math.max(0, now - (ticksBefore.get(pid) ?? 0));
    const seconds = (performance.now() - atMs) / 1000;
    atMs = performance.now();
    ticksBefore = ticks;
    return {
      'system/process_cpu_percentage': (100 * used) / ticksPerSecond / seconds,
      'system/process_memory_megabytes': (residentPages * pageBytes) / megabyte,
      'system/process_count': ticks.size,
    };
  };
}
