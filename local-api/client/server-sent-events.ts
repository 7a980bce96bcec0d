/** One message of a Server-Sent Events stream. `data` is empty when the message carried only an id. */
export type ServerSentEvent = { event: string; data: string; id: string };

/**
 * Reads a Server-Sent Events stream message by message. Ends quietly when the connection breaks.
 * Comments and `retry` are skipped.
 *
 * Source: WHATWG HTML, "Server-sent events", parsing an event stream.
 */
export async function* readServerSentEvents(
  body: ReadableStream<Uint8Array>,
): AsyncGenerator<ServerSentEvent, void> {
  const reader = body.getReader();
  const decoder = new TextDecoder();
  let rest = '';
  try {
    for (;;) {
      const chunk = await reader.read().catch(() => null);
      if (chunk === null || chunk.done) return;
      rest += decoder.decode(chunk.value, { stream: true });
      const messages = rest.split(/\r\n\r\n|\n\n|\r\r/);
      rest = messages.pop() ?? '';
      for (const text of messages) {
        const message = parseMessage(text);
        if (message) yield message;
      }
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function parseMessage(text: string): ServerSentEvent | null {
  let event = '';
  let id = '';
  const data: string[] = [];
  for (const line of text.split(/\r\n|\n|\r/)) {
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '');
    if (field === 'event') event = value;
    else if (field === 'data') data.push(value);
    else if (field === 'id') id = value;
  }
  return event || id || data.length > 0 ? { event, id, data: data.join('\n') } : null;
}
