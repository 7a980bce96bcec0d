import { describe, expect, it } from 'vitest';
import { startTestApi } from '../../kit/api.ts';
import { rawRequest } from '../../kit/raw-request.ts';

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
    let closed: Promise<void> | null = null;
    const stored = await rawRequest(api.url, `/api/v1/runs/${run.id}/artifacts/late.bin`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/octet-stream' },
      body: Buffer.alloc(70_000),
      onTaken() {
        closed = api.close();
      },
    });
    expect(stored.status).toBe(201);
    expect(JSON.parse(stored.body)).toMatchObject({ path: 'late.bin', sizeBytes: 70_000 });
    await expect(api.client.workspace.health()).rejects.toThrow(TypeError);
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
