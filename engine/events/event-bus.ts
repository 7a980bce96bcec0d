import type { Activity, EngineEvent, SentEvent } from '../../local-api/contract/index.ts';

export type EventBus = {
  /**
   * Tells everyone, after the change is committed. With `activity` it is kept for the Home page too.
   * `metrics.logged` is coalesced to 4 a second a run.
   */
  emit(event: EngineEvent, activity?: { text: string; link: string | null }): void;
  /** Calls back for each event after `afterId` (missed ones first). `missed` is true when some are no longer known. */
  subscribe(listener: (event: SentEvent) => void, afterId?: number): { missed: boolean; unsubscribe(): void };
  /** What happened lately, newest first; only what came before `beforeId` when it is given. */
  /** Id of the newest event; what a client that knows everything up to now gives as `afterId`. */
  lastId(): number;
  activity(limit: number, beforeId?: number): Promise<Activity[]>;
  /** Sends what was held back and waits until the activity is written. */
  close(): Promise<void>;
};
