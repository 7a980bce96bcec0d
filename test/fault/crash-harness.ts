import { spawn } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

export type Acknowledgement = Record<string, unknown> & { what: string };

/** When to kill: so long after the engine is ready, or after it has first said `after`. `seed` varies what it does. */
export type Moment = { killAfterMs: number; after?: string; seed: number };

/** An engine that has not come to its moment so long after that is ended too, and the test fails. */
const graceMs = 60_000;

/**
 * Runs a script of `engines/` on a folder and kills it with SIGKILL at the given moment. Gives what it had acknowledged
 * until then, in order. A line counts once the script has written it.
 */
export async function runUntilKilled(
  script: string,
  dir: string,
  moment: Moment,
  onSaid: (line: Acknowledgement) => void = () => {},
): Promise<Acknowledgement[]> {
  const path = fileURLToPath(new URL(`./engines/${script}`, import.meta.url));
  const child = spawn(process.execPath, [path, dir, String(moment.seed)], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let errors = '';
  child.stderr.on('data', (chunk: Buffer) => {
    errors += chunk;
  });
  let isDue = false;
  const tooLong = setTimeout(() => child.kill('SIGKILL'), moment.killAfterMs + graceMs);
  let timer: NodeJS.Timeout | undefined;
  const countDown = (): void => {
    timer ??= setTimeout(() => {
      isDue = true;
      child.kill('SIGKILL');
    }, moment.killAfterMs);
  };
  const acknowledged: Acknowledgement[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    if (line === 'ready') {
      if (moment.after === undefined) countDown();
      continue;
    }
    const said: Acknowledgement = JSON.parse(line);
    acknowledged.push(said);
    onSaid(said);
    if (said.what === moment.after) countDown();
  }
  clearTimeout(tooLong);
  clearTimeout(timer);
  if (!isDue) throw new Error(`${script} ended before its moment.\n${errors}`);
  return acknowledged;
}

/** Processes that work for a folder: their command line or environment names it. Linux only; none elsewhere. */
function processesOf(dir: string): number[] {
  if (process.platform !== 'linux') return [];
  const names = (pid: number, file: string): boolean => {
    try {
      return readFileSync(`/proc/${pid}/${file}`, 'utf8').includes(dir);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc')
    .map(Number)
    .filter((pid) => pid > 0 && pid !== process.pid && (names(pid, 'cmdline') || names(pid, 'environ')));
}

/** Waits until nothing of a killed engine runs any more; throws when something still does after five seconds. */
export async function allProcessesGone(dir: string): Promise<void> {
  const untilMs = performance.now() + 5000;
  while (processesOf(dir).length > 0) {
    if (performance.now() > untilMs) throw new Error(`still running: ${processesOf(dir).join(', ')}`);
    await delay(50);
  }
}

/** Moments spread over a span, the same on every run. With `after`, every other one counts from there. */
export function momentsToKill(count: number, fromMs: number, toMs: number, after?: string): Moment[] {
  return Array.from({ length: count }, (_, index) => {
    // Multiples of the golden ratio spread any number of points evenly (Weyl sequence).
    const share = (0.5 + index * 0.618_033_988_749_895) % 1;
    const moment = { killAfterMs: Math.round(fromMs + share * (toMs - fromMs)), seed: index + 1 };
    return after === undefined || index % 2 === 1 ? moment : { ...moment, after };
  });
}
