import type { EngineEvent, SentEvent } from '../contract/index.ts';
import { apiErrorOf } from './api-error.ts';
import { pause } from './pause.ts';
import { readServerSentEvents } from './server-sent-events.ts';

/** What a stream gives: events, and `reset` when some were missed and everything known has to be read again. */
export type StreamedEvent = SentEvent | { type: 'reset' };

const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Follows the events of an engine over reconnects: after a break it goes on behind the last event it gave.
 *
 * Ends when `signal` is aborted. A refusal (401, 400 …) is thrown as ApiError; a break of the connection is not.
 *
 * @param connect opens the stream; gets the headers to send
 * @param lastEventId `id` of the last event that was seen, to go on from there
 */
export async function* followEvents(
  connect: (headers: Record<string, string>) => Promise<Response>,
  lastEventId: number | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<StreamedEvent, void> {
  let resumeAt = lastEventId === undefined ? '' : String(lastEventId);
  let pauseMs = FIRST_PAUSE_MS;
  try {
    while (!signal?.aborted) {
      const response = await openStream(connect, resumeAt);
      if (response?.body) {
        pauseMs = FIRST_PAUSE_MS;
        for await (const message of readServerSentEvents(response.body)) {
          resumeAt = message.id || resumeAt;
          const event = toEvent(message.event, message.data, resumeAt);
          if (event) yield event;
        }
      }
      await pause(pauseMs, signal);
      pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS);
    }
  } catch (thrown) {
    if (!signal?.aborted) throw thrown;
  }
}

/** Null when the engine cannot be reached now. */
async function openStream(
  connect: (headers: Record<string, string>) => Promise<Response>,
  resumeAt: string,
): Promise<Response | null> {
  let response: Response;
  try {
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (resumeAt) headers['last-event-id'] = resumeAt;
    response = await connect(headers);
  } catch (thrown) {
    // `fetch` throws a TypeError for every failure to connect; an abort and a programming error are something else.
    if (thrown instanceof TypeError) return null;
    throw thrown;
  }
  if (response.ok) return response;
  if (response.status < 500) throw await apiErrorOf(response);
  await response.body?.cancel();
  return null;
}

/** Null for an id without data, which only moves the place to resume at. */
function toEvent(type: string, data: string, id: string): StreamedEvent | null {
  if (type === 'reset') return { type: 'reset' };
  if (data === '') return null;
  const { atMs, data: payload } = JSON.parse(data) as { atMs: number; data: EngineEvent['data'] };
  return { type, data: payload, id: Number(id), atMs } as StreamedEvent;
}
