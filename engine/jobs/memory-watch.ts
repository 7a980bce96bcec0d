import { readFile } from 'node:fs/promises';

/**
 * Memory of a process that only it holds, in bytes: anonymous and shared memory, native allocations included, file pages
 * that the system can drop left out. Undefined where the system does not tell (not Linux, or the process has gone).
 */
export async function privateBytes(pid: number): Promise<number | undefined> {
  if (process.platform !== 'linux') return undefined;
  try {
    return parseStatus(await readFile(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return undefined;
  }
}

/** RssAnon + RssShmem of a `/proc/<pid>/status` text (man 5 proc_pid_status), in bytes. */
export function parseStatus(status: string): number | undefined {
  const kilobytes = (field: string): number | undefined => {
    const match = new RegExp(`^${field}:\\s+(\\d+) kB$`, 'm').exec(status);
    return match === null ? undefined : Number(match[1]);
  };
  const anonymous = kilobytes('RssAnon');
  return anonymous === undefined ? undefined : (anonymous + (kilobytes('RssShmem') ?? 0)) * 1024;
}
