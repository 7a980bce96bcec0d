import { createHmac } from 'node:crypto';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { buffer } from 'node:stream/consumers';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { createModelRegistry } from '../../../engine/models/index.ts';
import { silentLogger } from '../../../engine/system/index.ts';
import { createWebhookService } from '../../../engine/webhooks/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { mlflowRest } from '../../kit/mlflow.ts';

type Received = { headers: IncomingHttpHeaders; text: string; body: Record<string, unknown> };

let api: TestApi;
let call: ReturnType<typeof mlflowRest>;
let receiver: Server;
let url: string;
let answers: number[] = [];
let received: Received[] = [];

beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  await api.workspace.settings.update({ 'webhooks.allowLocal': true });
  call = mlflowRest(api);
  receiver = createServer(async (request, response) => {
    const text = (await buffer(request)).toString('utf8');
    received.push({ headers: request.headers, text, body: JSON.parse(text) });
    response.statusCode = answers.shift() ?? 200;
    response.end('got it');
  });
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
  const address = receiver.address();
  url = `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/hook`;
});
afterAll(async () => {
  await api.close();
  receiver.close();
});
afterEach(async () => {
  const { body } = await call('GET', 'webhooks');
  for (const { webhook_id: id } of Array.isArray(body.webhooks) ? body.webhooks : []) {
    await call('DELETE', `webhooks/${id}`);
  }
  received = [];
  answers = [];
});

const event = (entity: string, action: string) => ({ entity, action });

async function add(events: object[], fields: Record<string, unknown> = {}): Promise<string> {
  const { body, status } = await call('POST', 'webhooks', { name: 'hook', url, events, ...fields });
  expect([status, body]).toMatchObject([200, {}]);
  return Object(body.webhook).webhook_id;
}

describe('webhooks', () => {
  it('are made, listed newest first and page by page, changed and deleted, and keep their secret', async () => {
    const first = await add([event('REGISTERED_MODEL', 'CREATED')], { secret: 'hidden', description: 'd' });
    const second = await add([event('MODEL_VERSION', 'CREATED')], { name: 'other', status: 'DISABLED' });
    const page = await call('GET', 'webhooks', { max_results: 1 });
    expect(page.body.webhooks).toMatchObject([{ webhook_id: second, status: 'DISABLED' }]);
    const rest = await call('GET', 'webhooks', { max_results: 1, page_token: page.body.next_page_token });
    expect(rest.body.webhooks).toMatchObject([{ webhook_id: first, description: 'd', status: 'ACTIVE' }]);
    expect(JSON.stringify(rest.body)).not.toContain('hidden');
    const changed = await call('PATCH', `webhooks/${first}`, {
      status: 'DISABLED',
      events: [event('MODEL_VERSION_ALIAS', 'DELETED')],
    });
    expect(changed.body.webhook).toMatchObject({
      name: 'hook',
      status: 'DISABLED',
      events: [event('MODEL_VERSION_ALIAS', 'DELETED')],
    });
    expect((await call('DELETE', `webhooks/${first}`)).status).toBe(200);
    expect(await call('GET', `webhooks/${first}`)).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    });
  });

  it.each([
    { name: '-bad' },
    { name: 'a'.repeat(64) },
    { url: 'ftp://example.com' },
    { events: [] },
    { events: [event('MODEL_VERSION', 'SET')] },
    { events: [event('CAT', 'CREATED')] },
    { status: 'ASLEEP' },
  ])('are refused with %j', async (fields) => {
    const events = [event('REGISTERED_MODEL', 'CREATED')];
    expect(await call('POST', 'webhooks', { name: 'hook', url, events, ...fields })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
  });

  it('go to https and the internet only, unless a setting says otherwise', async () => {
    await api.workspace.settings.update({ 'webhooks.allowLocal': false });
    const events = [event('REGISTERED_MODEL', 'CREATED')];
    for (const bad of [url, 'https://127.0.0.1/', 'https://192.168.1.1/x']) {
      expect((await call('POST', 'webhooks', { name: 'hook', url: bad, events })).status).toBe(400);
    }
    // A name that leads home is found out when the connection is made.
    const { body } = await call('POST', 'webhooks', { name: 'hook', url: 'https://localhost:1/', events });
    const { webhook_id: id } = Object(body.webhook);
    const tested = await call('POST', `webhooks/${id}/test`);
    expect(tested.body.result).toMatchObject({
      success: false,
      error_message: expect.stringMatching(/not on the internet/),
    });
    await api.workspace.settings.update({ 'webhooks.allowLocal': true });
  });

  it('tell of models, versions, tags and aliases, whoever changes them, signed with the secret', async () => {
    await add(
      [
        event('REGISTERED_MODEL', 'CREATED'),
        event('MODEL_VERSION', 'CREATED'),
        event('MODEL_VERSION_TAG', 'SET'),
        event('MODEL_VERSION_ALIAS', 'CREATED'),
      ],
      { secret: 's3cret' },
    );
    await api.client.models.create({ body: { name: 'told', description: 'about' } });
    await call('POST', 'model-versions/create', { name: 'told', source: 's3://b/m' });
    await call('POST', 'model-versions/set-tag', { name: 'told', version: '1', key: 'k', value: 'v' });
    await call('POST', 'registered-models/alias', { name: 'told', version: '1', alias: 'live' });
    await call('DELETE', 'model-versions/delete-tag', { name: 'told', version: '1', key: 'k' });
    await vi.waitFor(() => expect(received).toHaveLength(4), { timeout: 5000 });
    const told = Object.fromEntries(received.map(({ body }) => [`${body.entity}.${body.action}`, body.data]));
    expect(told).toEqual({
      'registered_model.created': { name: 'told', description: 'about', tags: {} },
      'model_version.created': {
        name: 'told',
        version: '1',
        source: 's3://b/m',
        run_id: null,
        tags: {},
        description: null,
      },
      'model_version_tag.set': { name: 'told', version: '1', key: 'k', value: 'v' },
      'model_version_alias.created': { name: 'told', version: '1', alias: 'live' },
    });
    for (const { headers, text } of received) {
      const id = headers['x-mlflow-delivery-id'];
      const timestamp = headers['x-mlflow-timestamp'];
      const signature = createHmac('sha256', 's3cret').update(`${id}.${timestamp}.${text}`).digest('base64');
      expect(headers['x-mlflow-signature']).toBe(`v1,${signature}`);
    }
  });

  it('tell of prompts in their own words', async () => {
    await add([
      event('PROMPT', 'CREATED'),
      event('PROMPT_VERSION', 'CREATED'),
      event('MODEL_VERSION', 'CREATED'),
    ]);
    const marks = [{ key: 'mlflow.prompt.is_prompt', value: 'true' }];
    await call('POST', 'registered-models/create', { name: 'greeting', tags: marks });
    await call('POST', 'model-versions/create', {
      name: 'greeting',
      source: 'prompt-template',
      tags: [...marks, { key: 'mlflow.prompt.text', value: 'Hi {{name}}' }, { key: 'lang', value: 'en' }],
    });
    await vi.waitFor(() => expect(received).toHaveLength(2), { timeout: 5000 });
    expect(received.find(({ body }) => body.entity === 'prompt_version')?.body.data).toEqual({
      name: 'greeting',
      version: '1',
      template: 'Hi {{name}}',
      tags: { lang: 'en' },
      description: null,
    });
  });

  it('can be tested, and are not told of anything while disabled', async () => {
    const id = await add([event('MODEL_VERSION', 'CREATED')], { status: 'DISABLED' });
    const tested = await call('POST', `webhooks/${id}/test`);
    expect(tested.body.result).toEqual({ success: true, response_status: 200, response_body: 'got it' });
    expect(received).toMatchObject([{ body: { entity: 'model_version', action: 'created' } }]);
    answers = [403];
    const refused = await call('POST', `webhooks/${id}/test`, { event: event('PROMPT_TAG', 'SET') });
    expect(refused.body.result).toMatchObject({ success: false, response_status: 403 });
    await call('POST', 'registered-models/create', { name: 'quiet' });
    await call('POST', 'model-versions/create', { name: 'quiet', source: 's3://b/q' });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(received).toHaveLength(2);
  });

  it('are sent again while the other side answers 429 or 5xx, three times at most', async () => {
    const { store, tracking, artifacts, jobs, events, dir } = api.workspace;
    const clock = { nowMs: () => Date.now() };
    const models = createModelRegistry({
      store,
      tracking,
      artifacts,
      jobs: { register: () => undefined, submit: jobs.submit },
      events,
      clock,
      dir,
    });
    const allowLocal = () => true;
    const service = createWebhookService({
      secrets: api.workspace.secrets,
      store,
      models,
      clock,
      logger: silentLogger,
      allowLocal,
      retryPauseMs: 5,
    });
    await add([event('REGISTERED_MODEL', 'CREATED')]);
    answers = [503, 429, 200];
    await models.create({ name: 'retried' });
    await vi.waitFor(() => expect(received).toHaveLength(3), { timeout: 5000 });
    expect(new Set(received.map(({ headers }) => headers['x-mlflow-delivery-id'])).size).toBe(1);
    received = [];
    answers = [500, 500, 500, 500, 500, 500];
    await models.create({ name: 'given up' });
    await vi.waitFor(() => expect(received).toHaveLength(4), { timeout: 5000 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    expect(received).toHaveLength(4);
    await service.close();
  });
});
