/** Main's side of the engine process: fork, handshake, restart, stop. The process itself comes in as a function, so tests need no Electron. */
import { FromEngine, type ToEngine } from './messages.ts';
import { createRestartPolicy } from './restart-policy.ts';

/** The part of Electron's UtilityProcess that is used. */
export type EngineProcess = {
  postMessage(message: ToEngine): void;
  on(event: 'message', listener: (message: unknown) => void): unknown;
  on(event: 'exit', listener: (code: number) => void): unknown;
  kill(): boolean;
};

export type EngineState =
  | { name: 'starting' }
  | { name: 'ready'; readyUrl: string }
  | { name: 'failed'; code: string; message: string; hint: string }
  | { name: 'stopped' };

export type EngineHostOptions = {
  fork(): EngineProcess;
  init: ToEngine & { type: 'init' };
  onState(state: EngineState): void;
  onJobEnded(job: { title: string; state: string; link: string | null }): void;
  /** A monitor has raised an alert. */
  onAlert(alert: { title: string; body: string; link: string }): void;
  onBusy(jobs: number): void;
  nowMs(): number;
  startTimeoutMs?: number;
  stopTimeoutMs?: number;
};

export type EngineHost = {
  start(): void;
  /** For the person's "start again" after it gave up. */
  restart(): void;
  /** Resolves when the process is gone, by itself or killed after the time limit. */
  stop(): Promise<void>;
};

export function createEngineHost(options: EngineHostOptions): EngineHost {
  const policy = createRestartPolicy();
  let process: EngineProcess | null = null;
  let stopping: { resolve(): void } | null = null;
  let timer: NodeJS.Timeout | undefined;
  let lastFailure: EngineState | null = null;

  const onMessage = (raw: unknown): void => {
    const parsed = FromEngine.safeParse(raw);
    if (!parsed.success) return;
    const message = parsed.data;
    if (message.type === 'job-ended') options.onJobEnded(message);
    else if (message.type === 'alert') options.onAlert(message);
    else if (message.type === 'busy') options.onBusy(message.jobs);
    else {
      clearTimeout(timer);
      if (message.type === 'ready') options.onState({ name: 'ready', readyUrl: message.readyUrl });
      else lastFailure = { name: 'failed', code: message.code, message: message.message, hint: message.hint };
    }
  };

  const onExit = (): void => {
    clearTimeout(timer);
    process = null;
    if (stopping) {
      options.onState({ name: 'stopped' });
      stopping.resolve();
      return;
    }
    // It said why it cannot start (locked, newer, damaged): trying again would only say it again.
    if (lastFailure) {
      options.onState(lastFailure);
      return;
    }
    const delayMs = policy.next(options.nowMs());
    if (delayMs === null) {
      options.onState({
        name: 'failed',
        code: 'internal',
        message: 'The engine ended unexpectedly several times.',
        hint: 'Look into the folder "logs" of the workspace, then start it again. Nothing that was saved is lost.',
      });
      return;
    }
    options.onState({ name: 'starting' });
    timer = setTimeout(launch, delayMs);
  };

  const launch = (): void => {
    lastFailure = null;
    options.onState({ name: 'starting' });
    const started = options.fork();
    process = started;
    started.on('message', onMessage);
    started.on('exit', onExit);
    started.postMessage(options.init);
    timer = setTimeout(() => {
      lastFailure = {
        name: 'failed',
        code: 'request/timeout',
        message: 'The engine did not start in time.',
        hint: 'Look into the folder "logs" of the workspace, then start it again.',
      };
      started.kill();
    }, options.startTimeoutMs ?? 60_000);
  };

  return {
    start: launch,
    restart() {
      policy.reset();
      if (!process) launch();
    },
    stop() {
      const running = process;
      if (!running) {
        clearTimeout(timer);
        return Promise.resolve();
      }
      return new Promise((resolve) => {
        stopping = { resolve };
        running.postMessage({ type: 'shutdown' });
        timer = setTimeout(() => running.kill(), options.stopTimeoutMs ?? 15_000);
      });
    },
  };
}
