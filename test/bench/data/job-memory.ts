/** The most memory that any process started by another has taken; Linux only, NaN elsewhere. */
import { readFileSync } from 'node:fs';

const LOOK_MS = 50;

export function watchChildren(pid: number): { stop(): number } {
  let most = Number.NaN;
  const look = () => {
    for (const child of childrenOf(pid)) {
      const peak = peakMb(child);
      if (Number.isFinite(peak) && !(most >= peak)) most = peak;
    }
  };
  const timer = setInterval(look, LOOK_MS);
  return {
    stop() {
      clearInterval(timer);
      return most;
    },
  };
}

function childrenOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ').filter(Boolean);
  } catch {
    return [];
  }
}

function peakMb(pid: string): number {
  try {
    return Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
  } catch {
    return Number.NaN;
  }
}
