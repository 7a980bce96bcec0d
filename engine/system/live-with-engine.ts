import { writeFileSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

/**
 * Ties a child process to the engine that started it: it ends with the engine, even in the middle of a calculation; signals of
 * a terminal or a service manager leave it alone; and when memory runs out, the system takes it first. The engine says its number:
 * asked for here, the parent could be somebody else already.
 */
export function liveWithEngine(enginePid: number): void {
  // The engine decides what becomes of its children, whoever signals every process of the program.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {});
  process.on('disconnect', dieAtOnce);
  preferAsOomVictim();
  dieWithEngine(enginePid);
}

/** Not `process.exit`: native code may be at work, and its destructors can hang or abort. */
function dieAtOnce(): void {
  process.kill(process.pid, 'SIGKILL');
}

/** 'disconnect' is not heard during a long native or synchronous call; a second thread watches for such times. */
function dieWithEngine(enginePid: number): void {
  const watch = `
    const isGone = () => {
      if (process.ppid !== ${enginePid}) return true;
      try { process.kill(${enginePid}, 0); return false; } catch { return true; }
    };
    setInterval(() => { if (isGone()) process.kill(process.pid, 'SIGKILL'); }, 500);
  `;
  new Worker(watch, { eval: true, resourceLimits: { maxOldGenerationSizeMb: 16 } }).unref();
}

/** When the machine runs out of memory, the kernel should take a child rather than the engine. */
function preferAsOomVictim(): void {
  if (process.platform !== 'linux') return;
  try {
    writeFileSync('/proc/self/oom_score_adj', '500');
  } catch {
    // A hint only; some containers forbid it.
  }
}
