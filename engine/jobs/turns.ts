import type { Clock, Logger } from '../system/index.ts';
import type { JobRow, JobTable } from './job-table.ts';
import type { JobHandler } from './job-types.ts';

/** After a fault of the database, the next try. */
const tryAgainMs = 1000;
const maxTimerMs = 2 ** 31 - 1;

/** Gives queued jobs their turn: by priority, then age, as places in the pool are free and retries are due. */
export type Turns = {
  start(): void;
  /** There may be something to give a turn: a new job, a free place, another setting. */
  wake(): void;
  /** No job is started after this resolves. */
  stop(): Promise<void>;
};

/** Starts nothing before `start()`. One claim is one short statement, whatever the length of the queue. */
export function createTurns(options: {
  table: JobTable;
  handlers: ReadonlyMap<string, JobHandler>;
  clock: Clock;
  logger: Logger;
  hasFreeSlot(): boolean;
  begin(row: JobRow): void;
}): Turns {
  const { table, handlers, clock, logger } = options;
  let isRunning = false;
  let isDue = false;
  let turn: Promise<void> | undefined;
  let timer: NodeJS.Timeout | undefined;

  const kinds = (takesSlot: boolean): string[] =>
    [...handlers.values()].filter((handler) => handler.takesSlot === takesSlot).map(({ kind }) => kind);

  const claim = async (among: string[]): Promise<boolean> => {
    if (!isRunning || among.length === 0) return false;
    const row = await table.claimNext(among, clock.nowMs());
    if (row !== undefined) options.begin(row);
    return row !== undefined;
  };

  const claimAll = async (): Promise<void> => {
    const pooled = kinds(true);
    const unpooled = kinds(false);
    while (options.hasFreeSlot() && (await claim(pooled)));
    while (await claim(unpooled));
  };

  const takeTurns = async (): Promise<void> => {
    clearTimeout(timer);
    let dueInMs: number | undefined;
    try {
      // What falls due while jobs are claimed is later than this, so it is not passed over.
      let askedAtMs = clock.nowMs();
      while (isDue && isRunning) {
        isDue = false;
        askedAtMs = clock.nowMs();
        await claimAll();
      }
      const nextMs = await table.nextDueMs(askedAtMs);
      if (nextMs !== undefined) dueInMs = Math.max(1, nextMs - clock.nowMs());
    } catch (thrown) {
      logger.error({ err: thrown }, 'queued jobs could not be started');
      dueInMs = tryAgainMs;
    }
    if (dueInMs !== undefined && isRunning) timer = setTimeout(wake, Math.min(dueInMs, maxTimerMs));
  };

  const wake = (): void => {
    if (!isRunning) return;
    isDue = true;
    turn ??= takeTurns().finally(() => {
      turn = undefined;
      if (isDue) wake();
    });
  };

  return {
    start() {
      isRunning = true;
      wake();
    },
    wake,
    async stop() {
      isRunning = false;
      clearTimeout(timer);
      await turn;
      clearTimeout(timer);
    },
  };
}
