import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { StreamedEvent } from '../../../local-api/client/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ heartbeatMs: 100 });
});
afterAll(() => api.close());

const change = (keys: string[]) => api.workspace.events.emit({ type: 'settings.changed', data: { keys } });

/** Follows the stream until `count` events came. */
async function take(
  count: number,
  input: { lastEventId?: number; types?: string } = {},
): Promise<StreamedEvent[]> {
  const { lastEventId, types } = input;
  const stop = new AbortController();
  const seen: StreamedEvent[] = [];
  const stream = api.client.events.stream({ query: { types }, lastEventId, signal: stop.signal });
  for await (const event of stream) {
    seen.push(event);
    if (seen.length === count) stop.abort();
  }
  return seen;
}

describe('the stream of events', () => {
  it('tells of changes as they are made through the API', async () => {
    const waiting = take(1, { types: 'experiment.changed' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    const { id } = await api.client.experiments.create({ body: { name: 'told' } });
    expect(await waiting).toEqual([
      {
        type: 'experiment.changed',
        data: { experimentId: id, change: 'created' },
        id: expect.any(Number),
        atMs: expect.any(Number),
      },
    ]);
  });

  it('goes on behind the last event that was seen, in order and without gaps', async () => {
    const before = api.workspace.events.lastId();
    for (const key of ['a', 'b', 'c']) change([key]);
    const events = await take(3, { lastEventId: before });
    expect(
      events.map((event) => (event.type === 'settings.changed' ? event.data.keys[0] : event.type)),
    ).toEqual(['a', 'b', 'c']);
  });

  it('says reset first when events were missed for good', async () => {
    change(['x']);
    const [first] = await take(1, { lastEventId: 1 });
    expect(first).toEqual({ type: 'reset' });
  });

  it('refuses a type that does not exist and names those that do', async () => {
    const stream = api.client.events.stream({ query: { types: 'job.chnged' } });
    await expect(stream.next()).rejects.toMatchObject({
      code: 'request/invalid',
      problems: [{ path: 'types', expected: expect.stringContaining('job.changed') }],
    });
  });

  it('sends a heartbeat that moves the place to resume at', async () => {
    change(['before']);
    const stop = new AbortController();
    const response = await fetch(`${api.url}/api/v1/events?types=run.changed`, {
      headers: { authorization: `Bearer ${api.token}` },
      signal: stop.signal,
    });
    let text = '';
    const decoder = new TextDecoder();
    const reader = response.body?.getReader();
    while (reader && text.split(': still here').length < 3) {
      text += decoder.decode((await reader.read()).value, { stream: true });
    }
    stop.abort();
    expect(text).toContain(`id: ${api.workspace.events.lastId()}`);
    expect(text).not.toContain('event:');
    expect(response.headers.get('content-encoding')).toBeNull();
  });

  it('cuts off a client that does not read, and frees it', async () => {
    const { hostname, port } = new URL(api.url);
    const socket = connect(Number(port), hostname);
    socket.pause();
    socket.write(
      `GET /api/v1/events HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer ${api.token}\r\n\r\n`,
    );
    const closed = new Promise((resolve) => socket.on('close', resolve));
    socket.on('error', () => undefined);
    await new Promise((resolve) => setTimeout(resolve, 100));
    const bulky = 'k'.repeat(100_000);
    for (let index = 0; index < 200; index += 1) {
      change([bulky]);
      if (index % 20 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.resume();
    await closed;
    const metrics = await fetch(`${api.url}/metrics`, { headers: { authorization: `Bearer ${api.token}` } });
    expect(await metrics.text()).toMatch(/^assay_event_streams 0$/m);
  });
});
