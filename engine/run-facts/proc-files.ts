/*
 * What the files of Linux's /proc say. Pure functions of their text.
 */

/** Clock ticks of all processors since boot, from /proc/stat. Waiting for a disk counts as idle. */
export function cpuTicks(stat: string): { busy: number; total: number } {
  const fields = (stat.split('\n', 1)[0] ?? '').trim().split(/\s+/).slice(1, 9).map(Number);
  const total = fields.reduce((sum, ticks) => sum + ticks, 0);
  return { total, busy: total - (fields[3] ?? 0) - (fields[4] ?? 0) };
}

/** Megabytes in use (what programs could not get) and in all, from /proc/meminfo. */
export function memoryUse(meminfo: string): { usedMegabytes: number; totalMegabytes: number } {
  const kilobytes = (name: string): number =>
    Number(new RegExp(`^${name}:\\s+(\\d+)`, 'm').exec(meminfo)?.[1] ?? 0);
  const total = kilobytes('MemTotal');
  return { totalMegabytes: total / 1024, usedMegabytes: (total - kilobytes('MemAvailable')) / 1024 };
}

/** Bytes over all network devices but the loopback since boot, from /proc/net/dev. */
export function networkBytes(dev: string): { received: number; sent: number } {
  let received = 0;
  let sent = 0;
  for (const line of dev.split('\n')) {
    const [name, counts] = line.split(':');
    if (counts === undefined || name?.trim() === 'lo') continue;
    const fields = counts.trim().split(/\s+/).map(Number);
    received += fields[0] ?? 0;
    sent += fields[8] ?? 0;
  }
  return { received, sent };
}

/** Session, processor ticks and resident pages of a process, from /proc/<pid>/stat. The name in brackets may hold anything. */
export function processUse(stat: string): { session: number; ticks: number; residentPages: number } {
  const fields = stat
    .slice(stat.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  return {
    session: fields[3] ?? 0,
    ticks: (fields[11] ?? 0) + (fields[12] ?? 0),
    residentPages: fields[21] ?? 0,
  };
}
