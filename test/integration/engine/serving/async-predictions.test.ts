import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  type AsyncPrediction,
  AsyncPredictionRequest,
  CreateEndpoint,
} from '../../../../local-api/contract/index.ts';
import { fakeClock } from '../../../kit/clock.ts';
import { offsetModel } from '../../../kit/models/constant-model.ts';
import { registerModel } from '../../../kit/models/register-model.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

const clock = fakeClock();
let temp: TempWorkspace;
beforeEach(async () => {
  temp = await tempWorkspace({ clock, settings: { 'webhooks.allowLocal': true } });
  await registerModel(temp.workspace, 'late', offsetModel(1), { aliases: ['champion'] });
});
afterEach(() => temp.close());

const submit = (request: object): Promise<AsyncPrediction> =>
  temp.workspace.asyncPredictions.submit(AsyncPredictionRequest.parse(request));

async function ended(id: string): Promise<AsyncPrediction> {
  for (;;) {
    const prediction = await temp.workspace.asyncPredictions.get(id);
    if (prediction.state !== 'queued' && prediction.state !== 'running') return prediction;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

describe('an async prediction', () => {
  test('is accepted at once and answered by a model or by the route of an endpoint', async () => {
    const route = { kind: 'single', ref: 'late@champion' };
    await temp.workspace.endpoints.create(CreateEndpoint.parse({ name: 'late', route }));
    const accepted = await submit({ model: 'late@champion', rows: [{ x: 1 }, { x: 2 }] });
    expect(accepted).toMatchObject({ state: 'queued', result: null, expiresAtMs: null });
    const routed = await submit({ endpoint: 'late', columns: { x: [5] } });
    expect(await ended(accepted.id)).toMatchObject({
      state: 'succeeded',
      result: { model: 'late', version: '1.0.0', value: [2, 3] },
      expiresAtMs: clock.nowMs() + 24 * 3_600_000,
    });
    expect(await ended(routed.id)).toMatchObject({
      state: 'succeeded',
      result: { endpoint: 'late', arm: 'main', value: [6], requestId: routed.id },
    });
    const listed = await temp.workspace.asyncPredictions.list({ limit: 10 });
    expect(listed.map(({ id, result }) => [id, result])).toEqual([
      [routed.id, null],
      [accepted.id, null],
    ]);
    const ofEndpoint = await temp.workspace.asyncPredictions.list({ limit: 10, endpoint: 'late' });
    expect(ofEndpoint.map(({ id }) => id)).toEqual([routed.id]);
  });

  test('says why it failed, with each fault of its rows', async () => {
    const { id } = await submit({ model: 'late', rows: [{ x: 'one' }] });
    expect(await ended(id)).toMatchObject({
      state: 'failed',
      error: { code: 'predictions/bad-rows', problems: [{ path: '/rows/0/x' }] },
    });
    await expect(submit({ model: 'nothing', rows: [] })).rejects.toMatchObject({ code: 'models/not-found' });
    await expect(submit({ endpoint: 'nothing', rows: [] })).rejects.toMatchObject({
      code: 'endpoints/not-found',
    });
  });

  test('is answered by the next engine when one stopped before it was', async () => {
    const { id } = await submit({ model: 'late', rows: [{ x: 1 }] });
    await temp.workspace.asyncPredictions.close();
    const { id: waiting } = await submit({ model: 'late', rows: [{ x: 2 }] });
    expect(await temp.workspace.asyncPredictions.get(waiting)).toMatchObject({ state: 'queued' });
    await temp.reopen();
    expect(await ended(waiting)).toMatchObject({ state: 'succeeded', result: { value: [3] } });
    expect(await ended(id)).toMatchObject({ state: 'succeeded', result: { value: [2] } });
  });

  test('can be given up while it waits, once', async () => {
    await temp.workspace.asyncPredictions.close();
    const { id } = await submit({ model: 'late', rows: [{ x: 1 }] });
    expect(await temp.workspace.asyncPredictions.cancel(id)).toMatchObject({
      state: 'cancelled',
      result: null,
    });
    await expect(temp.workspace.asyncPredictions.cancel(id)).rejects.toMatchObject({
      code: 'async-predictions/ended',
    });
  });

  test('is forgotten when its time is over', async () => {
    const { id } = await submit({ model: 'late', rows: [{ x: 1 }] });
    await ended(id);
    clock.advance(25 * 3_600_000);
    await temp.reopen();
    await expect(temp.workspace.asyncPredictions.get(id)).rejects.toMatchObject({
      code: 'async-predictions/not-found',
    });
  });

  test('tells the webhooks that asked for it that it has ended', async () => {
    const bodies: string[] = [];
    const told = new Promise<void>((resolve) => {
      const server = createServer((request, response) => {
        request.setEncoding('utf8');
        let body = '';
        request.on('data', (part: string) => {
          body += part;
        });
        request.on('end', () => {
          bodies.push(body);
          response.end();
          server.close();
          resolve();
        });
      });
      server.listen(0, '127.0.0.1', async () => {
        const { port } = server.address() as AddressInfo;
        await temp.workspace.webhooks.create({
          name: 'ended',
          description: '',
          url: `http://127.0.0.1:${port}/`,
          events: ['async_prediction.finished'],
          status: 'active',
          secret: null,
        });
        await submit({ model: 'late', rows: [{ x: 1 }] });
      });
    });
    await told;
    expect(JSON.parse(bodies[0] ?? '')).toMatchObject({
      entity: 'async_prediction',
      action: 'finished',
      data: { state: 'succeeded', model: 'late' },
    });
  });
});
