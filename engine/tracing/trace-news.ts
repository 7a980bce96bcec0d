import type { EventBus } from '../events/index.ts';

/** Traces of one experiment are told of four times a second, however many come. */
const gatheredMs = 250;
/** Ids named in one event; who shows a list reads it again anyway. */
const maxNamed = 500;

/** Gathers which traces have changed and tells of them by experiment. */
export type TraceNews = {
  logged(experimentId: number | string, traceId: string): void;
  deleted(experimentId: number | string, traceIds: readonly string[]): void;
  /** Tells what is held back now. */
  close(): void;
};

/** The first change is told at once, those that follow within 250 ms together. */
export function createTraceNews(events: Pick<EventBus, 'emit'>): TraceNews {
  const windows = new Map<string, { ids: Set<string>; timer: NodeJS.Timeout }>();

  const tell = (experimentId: string, traceIds: string[], change: 'logged' | 'deleted'): void =>
    events.emit({ type: 'traces.changed', data: { experimentId, traceIds, change } });
  const open = (experimentId: string): void => {
    const timer = setTimeout(() => flush(experimentId, true), gatheredMs);
    timer.unref();
    windows.set(experimentId, { ids: new Set(), timer });
  };
  const flush = (experimentId: string, goOn: boolean): void => {
    const window = windows.get(experimentId);
    if (window === undefined) return;
    clearTimeout(window.timer);
    windows.delete(experimentId);
    if (window.ids.size === 0) return;
    if (goOn) open(experimentId);
    tell(experimentId, [...window.ids], 'logged');
  };

  return {
    logged(experiment, traceId) {
      const experimentId = String(experiment);
      const window = windows.get(experimentId);
      if (window === undefined) {
        open(experimentId);
        tell(experimentId, [traceId], 'logged');
      } else if (window.ids.size < maxNamed) window.ids.add(traceId);
    },
    deleted(experiment, traceIds) {
      const experimentId = String(experiment);
      flush(experimentId, true);
      for (let start = 0; start < traceIds.length; start += maxNamed) {
        tell(experimentId, traceIds.slice(start, start + maxNamed), 'deleted');
      }
    },
    close() {
      for (const experimentId of [...windows.keys()]) flush(experimentId, false);
    },
  };
}
