import { gzipSync } from 'node:zlib';
import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { mlflowRest } from '../../kit/mlflow.ts';

let api: TestApi;
let call: ReturnType<typeof mlflowRest>;
const v3 = '/api/3.0/mlflow/';
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  call = mlflowRest(api);
});
afterAll(() => api.close());

let made = 0;
/** A new id such as clients make: tr- and 32 hexadecimal digits. */
function newId(): string {
  made += 1;
  return `tr-${made.toString(16).padStart(32, '0')}`;
}

function start(id: string, fields: Record<string, unknown> = {}) {
  const trace_info = {
    trace_id: id,
    trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } },
    request_time: '2026-01-02T03:04:05.678Z',
    execution_duration: '1.5s',
    state: 'OK',
    trace_metadata: { 'mlflow.sourceRun': 'r1' },
    tags: { 'mlflow.traceName': 'answer', color: 'blue' },
    ...fields,
  };
  return call('POST', 'traces', { trace: { trace_info } }, v3);
}

/** A request to /v1/traces with a root span and one within it. */
function export2(traceHex: string, { failed = false } = {}): Record<string, unknown> {
  const attribute = (key: string, value: object) => ({ key, value });
  const root = {
    traceId: traceHex,
    spanId: '00000000000000a1',
    name: 'root',
    startTimeUnixNano: '1767323045678000001',
    endTimeUnixNano: '1767323045778000001',
    attributes: [
      attribute('mlflow.spanType', { stringValue: 'CHAIN' }),
      attribute('mlflow.spanInputs', { kvlistValue: { values: [attribute('q', { intValue: '7' })] } }),
    ],
    status: { code: failed ? 2 : 1, message: failed ? 'broken' : '' },
  };
  const inner = {
    traceId: traceHex,
    spanId: '00000000000000a2',
    parentSpanId: '00000000000000a1',
    name: 'inner',
    startTimeUnixNano: '1767323045688000001',
    endTimeUnixNano: '1767323045698000001',
    events: [{ name: 'e', timeUnixNano: '1767323045689000001', attributes: [] }],
  };
  return { resourceSpans: [{ scopeSpans: [{ spans: [inner, root] }] }] };
}

function sendSpans(body: string | Uint8Array, type: string, headers: Record<string, string> = {}) {
  return fetch(`${api.url}/v1/traces`, {
    method: 'POST',
    headers: { authorization: `Bearer ${api.token}`, 'content-type': type, ...headers },
    body: typeof body === 'string' ? body : Buffer.from(body),
  });
}

describe('traces of version 3', () => {
  it('come back as they were sent, with where their files go', async () => {
    const id = newId();
    await start(id, { request_preview: '{"q":1}', client_request_id: 'mine' });
    const { status, body } = await call('GET', `traces/${id}`, {}, v3);
    expect(status).toBe(200);
    expect(body.trace).toEqual({
      trace_info: {
        trace_id: id,
        client_request_id: 'mine',
        trace_location: { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: { experiment_id: '0' } },
        request_preview: '{"q":1}',
        request_time: '2026-01-02T03:04:05.678Z',
        execution_duration: '1.500s',
        state: 'OK',
        trace_metadata: { 'mlflow.sourceRun': 'r1' },
        tags: {
          color: 'blue',
          'mlflow.artifactLocation': `mlflow-artifacts:/0/traces/${id}/artifacts`,
          'mlflow.traceName': 'answer',
        },
      },
    });
    expect(await call('GET', 'traces/tr-none', {}, v3)).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    });
  });

  it.each([
    { trace_location: { type: 'INFERENCE_TABLE' } },
    { request_time: 'yesterday' },
    { execution_duration: '5 minutes' },
    { state: 'FINE' },
  ])('are refused with %j', async (fields) => {
    expect(await start(newId(), fields)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
  });

  it('have tags that are set and taken away', async () => {
    const id = newId();
    await start(id);
    expect((await call('PATCH', `traces/${id}/tags`, { key: 'k', value: 'v' })).status).toBe(200);
    expect((await call('DELETE', `traces/${id}/tags`, { key: 'k' })).status).toBe(200);
    expect((await call('DELETE', `traces/${id}/tags`, { key: 'k' })).body.error_code).toBe(
      'RESOURCE_DOES_NOT_EXIST',
    );
  });

  it('are called in lists as their tag says, and as their root span without it', async () => {
    const hex = 'ab'.repeat(16);
    const traceId = `tr-${hex}`;
    await sendSpans(JSON.stringify(export2(hex)), 'application/json');
    const listed = async () =>
      (await api.client.traces.list({ query: { filter: `id = '${traceId}'` } })).items.map(
        ({ name }) => name,
      );
    expect(await listed()).toEqual(['root']);
    await call('PATCH', `traces/${traceId}/tags`, { key: 'mlflow.traceName', value: 'renamed' });
    expect(await listed()).toEqual(['renamed']);
    const { items } = await api.client.traces.list({ query: { filter: "name = 'renamed'" } });
    expect(items.map(({ id }) => id)).toEqual([traceId]);
    await call('DELETE', `traces/${traceId}/tags`, { key: 'mlflow.traceName' });
    expect(await listed()).toEqual(['root']);
  });

  it('are linked to runs and prompts, repeatedly', async () => {
    const id = newId();
    await start(id);
    const link = { trace_ids: [id], run_id: 'linked' };
    for (let i = 0; i < 2; i += 1) {
      expect((await call('POST', 'traces/link-to-run', link)).status).toBe(200);
      const prompts = { trace_id: id, prompt_versions: [{ name: 'p', version: '1' }] };
      expect((await call('POST', 'traces/link-prompts', prompts)).status).toBe(200);
    }
    expect(await api.client.traces.get({ params: { traceId: id } })).toMatchObject({
      runIds: ['linked', 'r1'],
      tags: { 'mlflow.linkedPrompts': '[{"name":"p","version":"1"}]' },
    });
  });

  it('are searched by what they have, newest first, and page by page', async () => {
    const { body: experiment } = await call('POST', 'experiments/create', { name: 'searched traces' });
    const trace_location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: experiment };
    const ids = [newId(), newId(), newId()];
    for (const [n, id] of ids.entries()) {
      const state = n === 1 ? 'ERROR' : 'OK';
      const request_time = `2026-01-0${n + 1}T00:00:00Z`;
      const tags = { n: String(n), 'mlflow.traceName': `t${n}` };
      await start(id, { trace_location, state, request_time, tags, execution_duration: `${n}s` });
    }
    const search = async (fields: Record<string, unknown>) => {
      const { body } = await call('POST', 'traces/search', { locations: [trace_location], ...fields }, v3);
      const traces = Array.isArray(body.traces) ? body.traces : [];
      return {
        error: body.error_code,
        found: traces.map((trace: { trace_id: string }) => ids.indexOf(trace.trace_id)),
        token: body.next_page_token,
      };
    };
    expect((await search({})).found).toEqual([2, 1, 0]);
    expect((await search({ order_by: ['execution_time_ms ASC'] })).found).toEqual([0, 1, 2]);
    expect((await search({ filter: "status = 'ERROR'" })).found).toEqual([1]);
    expect((await search({ filter: "status != 'ERROR' AND timestamp_ms > 1767225600000" })).found).toEqual([
      2,
    ]);
    expect((await search({ filter: "tag.n = '0'" })).found).toEqual([0]);
    expect((await search({ filter: "name LIKE 't%' AND trace.execution_time_ms >= 1000" })).found).toEqual([
      2, 1,
    ]);
    expect((await search({ filter: "run_id = 'r1'" })).found).toHaveLength(3);
    expect((await search({ filter: 'metadata.`mlflow.sourceRun` IS NULL' })).found).toEqual([]);
    const first = await search({ max_results: 2 });
    expect((await search({ max_results: 2, page_token: first.token })).found).toEqual([0]);
    for (const filter of [
      "nothing = 'x'",
      'status = 1',
      "status = 'OK' OR status = 'ERROR'",
      "foo.bar = 'x'",
    ]) {
      expect((await search({ filter })).error).toBe('INVALID_PARAMETER_VALUE');
    }
    expect((await search({ max_results: 501 })).error).toBe('INVALID_PARAMETER_VALUE');
  });

  it('are deleted by id or by age, oldest first', async () => {
    const { body: experiment } = await call('POST', 'experiments/create', { name: 'deleted traces' });
    const ids = [newId(), newId(), newId()];
    for (const [n, id] of ids.entries()) {
      const trace_location = { type: 'MLFLOW_EXPERIMENT', mlflow_experiment: experiment };
      await start(id, { trace_location, request_time: `2026-01-0${n + 1}T00:00:00Z` });
    }
    const remove = (fields: Record<string, unknown>) =>
      call('POST', 'traces/delete-traces', { ...experiment, ...fields });
    expect((await remove({})).status).toBe(400);
    expect((await remove({ request_ids: ids, max_timestamp_millis: 1 })).status).toBe(400);
    const until = Date.UTC(2026, 0, 9);
    expect((await remove({ max_timestamp_millis: until, max_traces: 1 })).body).toEqual({
      traces_deleted: 1,
    });
    expect((await call('GET', `traces/${ids[0]}`, {}, v3)).status).toBe(404);
    expect((await remove({ request_ids: [ids[1], 'tr-none'] })).body).toEqual({ traces_deleted: 1 });
    expect((await remove({ max_timestamp_millis: until })).body).toEqual({ traces_deleted: 1 });
  });
});

describe('spans', () => {
  it('in JSON make a trace of their own, and come back in order with base64 ids', async () => {
    const hex = 'ab'.repeat(16);
    const answer = await sendSpans(JSON.stringify(export2(hex, { failed: true })), 'application/json');
    expect([answer.status, await answer.json()]).toEqual([200, {}]);
    const { body } = await call('GET', 'traces/get', { trace_id: `tr-${hex}` }, v3);
    expect(body.trace).toMatchObject({
      trace_info: {
        state: 'ERROR',
        execution_duration: '0.100s',
        request_preview: '{"q":7}',
        tags: { 'mlflow.traceName': 'root', 'mlflow.trace.spansLocation': 'TRACKING_STORE' },
      },
      spans: [
        {
          trace_id: Buffer.from(hex, 'hex').toString('base64'),
          name: 'root',
          start_time_unix_nano: '1767323045678000001',
          status: { code: 'STATUS_CODE_ERROR', message: 'broken' },
        },
        { name: 'inner', parent_span_id: Buffer.from('00000000000000a1', 'hex').toString('base64') },
      ],
    });
    const spans = await api.client.traces.spans({ params: { traceId: `tr-${hex}` } });
    expect(spans.items[0]).toMatchObject({ type: 'CHAIN', attributes: { 'mlflow.spanInputs': { q: 7 } } });
    const found = await call(
      'POST',
      'traces/search',
      {
        locations: [{ mlflow_experiment: { experiment_id: '0' } }],
        filter: "span.name = 'root' AND span.attributes.mlflow.spanType = 'CHAIN'",
      },
      v3,
    );
    expect(found.body.traces).toMatchObject([{ trace_id: `tr-${hex}` }]);
  });

  it('in protocol buffers, packed with gzip, are read alike', async () => {
    const hex = 'cd'.repeat(16);
    const span = new BinaryWriter();
    span.tag(1, WireType.LengthDelimited).bytes(Buffer.from(hex, 'hex'));
    span.tag(2, WireType.LengthDelimited).bytes(Buffer.from('00000000000000b1', 'hex'));
    span.tag(5, WireType.LengthDelimited).string('packed');
    span.tag(7, WireType.Bit64).fixed64(1_767_323_045_678_000_001n);
    span.tag(8, WireType.Bit64).fixed64(1_767_323_045_679_000_001n);
    span.tag(9, WireType.LengthDelimited).fork();
    span.tag(1, WireType.LengthDelimited).string('numbers');
    span.tag(2, WireType.LengthDelimited).fork().tag(5, WireType.LengthDelimited).fork();
    span.tag(1, WireType.LengthDelimited).fork().tag(4, WireType.Bit64).double(1.5).join();
    span.tag(1, WireType.LengthDelimited).fork().tag(2, WireType.Varint).bool(true).join();
    span.join().join().join();
    const wrap = (field: number, bytes: Uint8Array) =>
      new BinaryWriter().tag(field, WireType.LengthDelimited).bytes(bytes).finish();
    const body = wrap(1, wrap(2, wrap(2, span.finish())));
    const answer = await sendSpans(gzipSync(body), 'application/x-protobuf', {
      'content-encoding': 'gzip',
      'x-mlflow-experiment-id': '0',
    });
    expect([answer.status, await answer.text()]).toEqual([200, '']);
    const { items } = await api.client.traces.spans({ params: { traceId: `tr-${hex}` } });
    expect(items).toMatchObject([
      {
        id: '00000000000000b1',
        name: 'packed',
        endNs: '1767323045679000001',
        attributes: { numbers: [1.5, true] },
      },
    ]);
  });

  it('that come after their root, a thousand of them, leave the trace as the root told it', async () => {
    const hex = '34'.repeat(16);
    await sendSpans(JSON.stringify(export2(hex)), 'application/json');
    const later = Array.from({ length: 1000 }, (_, n) => ({
      traceId: hex,
      spanId: `ff${n.toString(16).padStart(14, '0')}`,
      parentSpanId: '00000000000000a1',
      name: `later ${n}`,
      startTimeUnixNano: String(1_767_323_045_690_000_000n - BigInt(n)),
      endTimeUnixNano: '1767323045699000000',
    }));
    const body = { resourceSpans: [{ scopeSpans: [{ spans: later }] }] };
    for (let i = 0; i < 2; i += 1) await sendSpans(JSON.stringify(body), 'application/json');
    const traceId = `tr-${hex}`;
    expect(await api.client.traces.get({ params: { traceId } })).toMatchObject({
      name: 'root',
      state: 'ok',
      durationMs: 100,
      spans: 1002,
    });
    const { items } = await api.client.traces.spans({ params: { traceId } });
    expect(items.map(({ name }) => name).slice(0, 4)).toEqual(['root', 'inner', 'later 999', 'later 998']);
  });

  it('that come after the end of their trace change nothing of what it said', async () => {
    const hex = 'ef'.repeat(16);
    await start(`tr-${hex}`, { tags: { 'mlflow.traceName': 'said' } });
    await sendSpans(JSON.stringify(export2(hex, { failed: true })), 'application/json');
    expect(await api.client.traces.get({ params: { traceId: `tr-${hex}` } })).toMatchObject({
      name: 'said',
      state: 'ok',
      durationMs: 1500,
      spans: 2,
    });
  });

  it.each([
    ['application/json', '{'],
    ['application/json', '{"resourceSpans":[{"scopeSpans":[{"spans":[{"name":"no ids"}]}]}]}'],
    ['application/x-protobuf', 'not a message'],
    ['text/plain', '{}'],
  ])('of type %s are refused when they are %s', async (type, body) => {
    const answer = await sendSpans(body, type);
    expect([answer.status, await answer.json()]).toMatchObject([
      400,
      { error_code: 'INVALID_PARAMETER_VALUE' },
    ]);
  });

  it('for an experiment that is not there are refused', async () => {
    const answer = await sendSpans(JSON.stringify(export2('12'.repeat(16))), 'application/json', {
      'x-mlflow-experiment-id': '999',
    });
    expect([answer.status, await answer.json()]).toMatchObject([
      404,
      { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    ]);
  });
});

describe('traces of version 2', () => {
  it('start, end, and are found', async () => {
    const begun = await call('POST', 'traces', {
      experiment_id: '0',
      timestamp_ms: 1000,
      request_metadata: [{ key: 'mlflow.traceInputs', value: '{}' }],
      tags: [{ key: 'old', value: 'yes' }],
    });
    expect(begun.body.trace_info).toMatchObject({ status: 'IN_PROGRESS', timestamp_ms: 1000 });
    const { request_id: id } = Object(begun.body.trace_info);
    const ended = await call('PATCH', `traces/${id}`, { timestamp_ms: 1250, status: 'OK' });
    expect(ended.body.trace_info).toMatchObject({ execution_time_ms: 250, status: 'OK' });
    expect((await call('GET', `traces/${id}/info`)).body).toEqual(ended.body);
    const found = await call('GET', 'traces', { experiment_ids: ['0'], filter: "tags.old = 'yes'" });
    expect(found.body.traces).toMatchObject([{ request_id: id }]);
  });
});

describe('assessments', () => {
  it('are added, changed by a mask, replaced and deleted', async () => {
    const id = newId();
    await start(id);
    const add = (assessment: Record<string, unknown>) =>
      call('POST', `traces/${id}/assessments`, { assessment: { trace_id: id, ...assessment } }, v3);
    const source = { source_type: 'HUMAN', source_id: 'me' };
    const added = await add({
      assessment_name: 'good',
      source,
      feedback: { value: 0.5 },
      rationale: 'so so',
    });
    const first = Object(added.body.assessment);
    expect(first).toMatchObject({ feedback: { value: 0.5 }, source, rationale: 'so so', valid: true });
    const path = `traces/${id}/assessments/${first.assessment_id}`;
    const change = {
      assessment: { feedback: { value: true }, rationale: 'ignored' },
      update_mask: 'feedback',
    };
    const changed = await call('PATCH', path, change, v3);
    expect(changed.body.assessment).toMatchObject({ feedback: { value: true }, rationale: 'so so' });
    const second = await add({
      assessment_name: 'good',
      feedback: { error: { error_code: 'TIMEOUT', error_message: 'late' } },
      overrides: first.assessment_id,
    });
    expect((await call('GET', path, {}, v3)).body.assessment).toMatchObject({ valid: false });
    const { assessment_id: secondId } = Object(second.body.assessment);
    expect((await call('DELETE', `traces/${id}/assessments/${secondId}`, {}, v3)).status).toBe(200);
    expect((await call('GET', path, {}, v3)).body.assessment).toMatchObject({ valid: true });
    const expected = await add({
      assessment_name: 'answer',
      expectation: { serialized_value: { serialization_format: 'JSON_FORMAT', value: '{"n":[1,2]}' } },
    });
    expect(expected.body.assessment).toMatchObject({
      expectation: { serialized_value: { value: '{"n":[1,2]}' } },
    });
    expect((await add({ assessment_name: 'says nothing' })).status).toBe(400);
    expect((await call('GET', `traces/${id}/assessments/a-none`, {}, v3)).status).toBe(404);
    const trace = await api.client.traces.get({ params: { traceId: id } });
    expect(trace.assessments.map(({ name, value }) => [name, value])).toEqual([
      ['good', true],
      ['answer', { n: [1, 2] }],
    ]);
  });
});
