import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { offsetModel } from '../../kit/models/constant-model.ts';
import { registerModel } from '../../kit/models/register-model.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ timeoutMs: 200 });
  await registerModel(api.workspace, 'm', offsetModel(0));
});
afterAll(() => api.close());

const request = { body: { model: 'm', rows: [{ a: 1 }] } };

/** Stands in for a model that never answers; tells when it was given up. */
function neverAnswer(): { started: Promise<void>; givenUp: Promise<unknown> } {
  const started = Promise.withResolvers<void>();
  const givenUp = Promise.withResolvers<unknown>();
  api.workspace.serving.predict = (_request, signal) => {
    started.resolve();
    return new Promise((_resolve, reject) => {
      signal?.addEventListener('abort', () => {
        givenUp.resolve(signal.reason);
        reject(signal.reason);
      });
    });
  };
  return { started: started.promise, givenUp: givenUp.promise };
}

describe('a request', () => {
  it('that takes too long is answered 503, and its work is told to stop', async () => {
    const { givenUp } = neverAnswer();
    const failure = await api.client.predictions.predict(request).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 503, code: 'request/timeout' });
    expect(await givenUp).toMatchObject({ code: 'request/timeout' });
  });

  it('whose client has gone stops its work', async () => {
    const { started, givenUp } = neverAnswer();
    const client = new AbortController();
    const asked = api.client.predictions.predict({ ...request, signal: client.signal }).catch(() => 'gone');
    await started;
    client.abort();
    expect(await asked).toBe('gone');
    expect(await givenUp).toMatchObject({ name: 'AbortError' });
  });

  it('that fails in an unforeseen way tells nothing of the inside, but the log does', async () => {
    api.workspace.serving.predict = async () => {
      throw new TypeError('secret path /home/ada/model.onnx');
    };
    const failure = await api.client.predictions.predict(request).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 500, code: 'internal' });
    expect(JSON.stringify(failure)).not.toMatch(/ada|TypeError/);
    const { requestId } = failure as { requestId: string };
    expect(api.logged().find((line) => line.includes(requestId))).toContain('"code":"internal"');
  });

  it('that breaks the contract in its answer is loud in tests', async () => {
    api.workspace.serving.predict = async () => ({
      model: 'm',
      version: '1.0.0',
      rows: 0.5,
      milliseconds: 1,
    });
    const failure = await api.client.predictions.predict(request).catch((error: unknown) => error);
    expect(failure).toMatchObject({ status: 500 });
    expect(api.logged().join()).toContain('breaks its contract');
  });

  it('may be sent again when too many wait, and says when', async () => {
    api.workspace.serving.predict = async () => {
      throw Object.assign(new Error('1000 wait.'), { code: 'predictions/busy' });
    };
    const response = await fetch(`${api.url}/api/v1/predictions`, {
      method: 'POST',
      headers: { authorization: `Bearer ${api.token}`, 'content-type': 'application/json' },
      body: JSON.stringify(request.body),
    });
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '1']);
  });
});
