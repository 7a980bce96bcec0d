import type { EventBus } from '../../engine/events/index.ts';

/**
 * Names places in the stream of events for clients: `<epoch>-<number>`. The epoch changes with every start of the
 * engine, for numbers begin anew then and an old one must not pass for a new one.
 */
export type EventCursor = {
  /** Place of the newest event. */
  now(): string;
  at(eventId: number): string;
  /** Number of the event that the text names; null when it is from another start of the engine, or no place at all. */
  parse(text: string): number | null;
  close(): void;
};

export function createEventCursor(events: EventBus, epoch: string): EventCursor {
  let newest = 0;
  const { unsubscribe } = events.subscribe((event) => {
    newest = event.id;
  });
  const at = (eventId: number) => `${epoch}-${eventId}`;
  return {
    at,
    now: () => at(newest),
    parse(text) {
      const match = /^(\w+)-(\d{1,15})$/.exec(text);
      return match?.[1] === epoch ? Number(match[2]) : null;
    },
    close: unsubscribe,
  };
}
