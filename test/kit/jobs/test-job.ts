import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AssayError } from '../../../engine/errors.ts';
import type { JobContext } from '../../../engine/jobs/index.ts';
import type { ErrorCode } from '../../../local-api/contract/index.ts';

/** What a test job does; the kind it runs under does not matter. */
export type TestJob =
  | { do: 'echo'; value: unknown }
  | { do: 'fail'; code?: ErrorCode; message: string }
  | { do: 'exit'; exitCode: number }
  | { do: 'kill-itself' }
  | { do: 'sleep'; ms: number; heedsCancel?: boolean }
  | { do: 'spin'; ms: number }
  | { do: 'spin-with-progress'; ms: number }
  | { do: 'allocate-native'; mb: number }
  | { do: 'allocate-heap' }
  | { do: 'print'; lines: number }
  | { do: 'send'; messages: number }
  | { do: 'report'; steps: number; stepMs: number }
  | { do: 'write-file'; name: string; text: string }
  | { do: 'environment' }
  | { do: 'leave-a-child' }
  | { do: 'reject-later' }
  | { do: 'return-a-function' };

export async function run({ input, ...context }: JobContext<TestJob>): Promise<unknown> {
  switch (input.do) {
    case 'echo':
      return input.value;
    case 'fail':
      throw input.code === undefined ? new Error(input.message) : new AssayError(input.code, input.message);
    case 'exit':
      return process.exit(input.exitCode);
    case 'kill-itself':
      return process.kill(process.pid, 'SIGKILL');
    case 'sleep':
      context.log('asleep');
      await delay(input.ms, undefined, input.heedsCancel === true ? { signal: context.signal } : {});
      return 'slept';
    case 'spin':
      context.log('spinning');
      spin(input.ms);
      return 'spun';
    case 'spin-with-progress': {
      const untilMs = performance.now() + input.ms;
      for (let step = 0; performance.now() < untilMs; step++) {
        context.progress(1 - (untilMs - performance.now()) / input.ms, `step ${step}`);
        spin(5);
      }
      return 'spun';
    }
    case 'allocate-native': {
      const held: Buffer[] = [];
      for (let mb = 0; mb < input.mb; mb += 16) {
        held.push(Buffer.alloc(16 * 1024 * 1024, 1));
        await delay(10);
      }
      return held.length;
    }
    case 'allocate-heap': {
      const held: string[][] = [];
      for (;;) held.push(Array.from({ length: 10_000 }, (_, index) => `${held.length}/${index}`));
    }
    case 'print':
      for (let line = 1; line <= input.lines; line++) process.stdout.write(`line ${line}\n`);
      process.stderr.write('printed to stderr\n');
      return null;
    case 'send':
      for (let step = 0; step < input.messages; step++) {
        context.send({ step, values: new Float64Array([step / 2]) });
        if (step % 500 === 0) await delay(0);
      }
      return null;
    case 'report':
      for (let step = 1; step <= input.steps; step++) {
        context.progress(step / input.steps, `step ${step} of ${input.steps}`);
        context.log(`step ${step}`);
        context.send({ step });
        await delay(input.stepMs);
      }
      return null;
    case 'write-file':
      writeFileSync(join(context.tmpDir, input.name), input.text);
      return { file: input.name };
    case 'environment':
      return { env: { ...process.env }, tmpDir: context.tmpDir };
    case 'leave-a-child': {
      const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
      return { pid: child.pid };
    }
    case 'reject-later':
      setTimeout(() => Promise.reject(new Error('nobody waits for this')), 20);
      await delay(5000);
      return null;
    case 'return-a-function':
      return () => {};
  }
}

function spin(ms: number): void {
  const untilMs = performance.now() + ms;
  while (performance.now() < untilMs);
}
