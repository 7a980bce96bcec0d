import { AssayError } from '../../engine/errors.ts';
import type { EventBus } from '../../engine/events/index.ts';
import { type api, EngineEvent, type SentEvent } from '../contract/index.ts';
import type { Handlers } from './handler.ts';

const knownTypes = new Set<string>(EngineEvent.options.map((option) => option.shape.type.value));

export function eventRoutes(events: EventBus): Handlers<typeof api.events> {
  return {
    stream: ({ query }) => {
      const wanted = wantedTypes(query.types);
      return {
        lastId: () => String(events.lastId()),
        start(sink, sentId) {
          const lastEventId = sentId ?? query.after;
          // What is not an id of ours counts as older than all of them: everything was missed.
          const resumeAt = lastEventId === undefined ? undefined : Number(lastEventId) || 0;
          const deliver = (event: SentEvent) => {
            if (!wanted.has(event.type)) return;
            const { atMs, data, type } = event;
            sink.send({ event: type, id: String(event.id), data: { atMs, data } });
          };
          // Missed events arrive while subscribing, but `reset` has to go before them.
          const missedEvents: SentEvent[] = [];
          let isSubscribing = true;
          const { missed, unsubscribe } = events.subscribe((event) => {
            if (isSubscribing) missedEvents.push(event);
            else deliver(event);
          }, resumeAt);
          isSubscribing = false;
          if (missed) sink.send({ event: 'reset', data: {} });
          missedEvents.forEach(deliver);
          return unsubscribe;
        },
      };
    },
    activity: async ({ query }) => ({ items: await events.activity(query.limit, query.before) }),
  };
}

/** Errors: `request/invalid` naming every type that does not exist. */
function wantedTypes(types: string | undefined): ReadonlySet<string> {
  if (types === undefined) return knownTypes;
  const names = types.split(',').map((name) => name.trim());
  const unknown = names.filter((name) => !knownTypes.has(name));
  if (unknown.length === 0) return new Set(names);
  throw new AssayError('request/invalid', `There are no events of the type "${unknown.join('", "')}".`, {
    problems: unknown.map((name) => ({
      path: 'types',
      message: `"${name}" is not a type of event`,
      expected: [...knownTypes].join(', '),
    })),
  });
}
