import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/*
 * A process number is used again after a while, and after a restart of the machine at once. Number and start time
 * together name one process.
 */

/** Start times measured in two ways differ by the rounding of the slower one. */
const toleranceMs = 5000;

/** Field 22 of /proc/<pid>/stat: clock ticks since boot. The name in field 2 may hold anything, brackets included. */
function linuxStart(pid: number): string | null {
  try {
    const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.split(' ') ?? [];
    const [state] = fields;
    // A zombie holds nothing any more; its parent has only not looked yet.
    if (state === 'Z' || state === 'X') return null;
    const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
    return `${boot} ${fields[19]}`;
  } catch {
    return null;
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (thrown) {
    // Somebody else's process may not be signalled, but it is there.
    return thrown instanceof Error && 'code' in thrown && thrown.code === 'EPERM';
  }
}

/** Start time by the tool of the platform; null when it cannot tell. */
function startedAtByTool(pid: number): number | null {
  const [program, ...parameters] =
    process.platform === 'win32'
      ? [
          'powershell',
          '-NoProfile',
          '-Command',
          `(Get-Process -Id ${pid}).StartTime.ToUniversalTime().ToString('o')`,
        ]
      : ['ps', '-o', 'lstart=', '-p', String(pid)];
  try {
    const text = execFileSync(program as string, parameters, {
      encoding: 'utf8',
      timeout: 5000,
      env: { ...process.env, LC_ALL: 'C' },
    });
    const atMs = Date.parse(text.trim());
    return Number.isNaN(atMs) ? null : atMs;
  } catch {
    return null;
  }
}

/** What to write down about this process, for `isSameProcess`. */
export function ownStart(): string {
  return linuxStart(process.pid) ?? String(Math.round(Date.now() - process.uptime() * 1000));
}

/** Whether the process that wrote down `start` is still running. When that cannot be told, a living number counts as it. */
export function isSameProcess(pid: number, start: string): boolean {
  if (process.platform === 'linux') return linuxStart(pid) === start;
  if (!isAlive(pid)) return false;
  if (pid === process.pid) return Math.abs(Number(ownStart()) - Number(start)) <= toleranceMs;
  const startedAtMs = startedAtByTool(pid);
  return startedAtMs === null || Math.abs(startedAtMs - Number(start)) <= toleranceMs;
}
