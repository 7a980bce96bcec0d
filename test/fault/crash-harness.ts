import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type Acknowledgement = Record<string, unknown> & { what: string };

/**
 * Runs a script of `engines/` on a folder and kills it with SIGKILL so many milliseconds after it says "ready".
 * Gives what it had acknowledged until then, in order. A line counts once the script has written it.
 */
export async function runUntilKilled(
  script: string,
  dir: string,
  options: { killAfterMs: number; seed: number },
): Promise<Acknowledgement[]> {
  const path = fileURLToPath(new URL(`./engines/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, dir, String(options.seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
    // A marker to find what the engine leaves running.
    env: { ...process.env, ASSAY_FAULT_DIR: dir },
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  const acknowledged: Acknowledgement[] = [];
  let isKilled = false;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') {
      setTimeout(() => {
        isKilled = true;
        child.kill('SIGKILL');
      }, options.killAfterMs);
    } else {
      acknowledged.push(JSON.parse(line));
    }
  }
  if (!isKilled) throw new Error(`${script} ended by itself.\n${errors}`);
  return acknowledged;
}

/** Processes that work for a folder: their environment or command line names it. Linux only; empty elsewhere. */
function processesOf(dir: string): number[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid)
    .filter((pid) => {
      try {
        return ['environ', 'cmdline'].some((file) =>
          readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(dir),
        );
      } catch {
        return false;
      }
    });
}

/** Waits until nothing of a killed engine runs any more; throws when something still does after `ms`. */
export async function allProcessesGone(dir: string, ms = 5000): Promise<void> {
  const untilMs = performance.now() + ms;
  while (processesOf(dir).length > 0) {
    if (performance.now() > untilMs) throw new Error(`still running: ${processesOf(dir).join(', ')}`);
    await delay(50);
  }
}

/** Moments to kill at, spread over a span and the same on every run. */
export function momentsToKill(
  count: number,
  fromMs: number,
  toMs: number,
): { killAfterMs: number; seed: number }[] {
  return Array.from({ length: count }, (_, index) => {
    // The golden ratio spreads any number of points evenly (Weyl sequence).
    const share = (0.5 + index * 0.618_033_988_749_895) % 1;
    return { killAfterMs: Math.round(fromMs + share * (toMs - fromMs)), seed: index + 1 };
  });
}
