import { describe, expect, it } from 'vitest';
import { startTestApi } from '../../kit/api.ts';

describe('closing the server', () => {
  it('ends the streams of events', async () => {
    const api = await startTestApi();
    const response = await fetch(`${api.url}/api/v1/events`, {
      headers: { authorization: `Bearer ${api.token}` },
    });
    const ended = response.text();
    const started = performance.now();
    await api.close({ graceMs: 60_000 });
    expect(performance.now() - started).toBeLessThan(30_000);
    expect(await ended).toContain('retry:');
  });

  it('finishes what is being answered and refuses what comes after', async () => {
    const api = await startTestApi();
    const run = await api.client.runs.create({ body: {} });
    const begun = Promise.withResolvers<void>();
    const body = new ReadableStream<Uint8Array>({
      async start(controller) {
        controller.enqueue(new Uint8Array(70_000));
        await new Promise((resolve) => setTimeout(resolve, 100));
        begun.resolve();
        await new Promise((resolve) => setTimeout(resolve, 150));
        controller.enqueue(new Uint8Array(1));
        controller.close();
      },
    });
    const params = { runId: run.id, path: 'late.bin' };
    const stored = api.client.runs.putArtifact({ params, body });
    await begun.promise;
    const closed = api.close();
    await expect(api.client.workspace.health()).rejects.toThrow(TypeError);
    expect(await stored).toMatchObject({ path: 'late.bin', sizeBytes: 70_001 });
    await closed;
  });

  it('cuts what does not end within the grace', async () => {
    const api = await startTestApi();
    const run = await api.client.runs.create({ body: {} });
    const body = new ReadableStream<Uint8Array>({
      pull: (controller) => {
        controller.enqueue(new Uint8Array(10));
        return new Promise((resolve) => setTimeout(resolve, 100));
      },
    });
    const endless = api.client.runs.putArtifact({ params: { runId: run.id, path: 'endless.bin' }, body });
    const outcome = endless.catch(() => 'cut');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const started = performance.now();
    await api.close();
    expect(performance.now() - started).toBeLessThan(8000);
    expect(await outcome).toBe('cut');
  });
});
