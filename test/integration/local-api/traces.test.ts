import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Span } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
});
afterAll(() => api.close());

const second = 1_000_000_000n;
const start = 1_767_323_045_000_000_000n;

function span(id: string, fields: Partial<Span> = {}): Span {
  return {
    id,
    parentId: null,
    name: id,
    type: 'CHAIN',
    status: 'ok',
    statusMessage: '',
    startNs: String(start),
    endNs: String(start + second),
    attributes: {},
    events: [],
    links: [],
    ...fields,
  };
}

let made = 0;
async function newTrace(spans: Span[] = [span('root')]): Promise<string> {
  made += 1;
  const traceId = `tr-${made.toString(16).padStart(32, '0')}`;
  await api.workspace.tracing.logSpans(
    '0',
    spans.map((each) => ({ traceId, span: each })),
  );
  return traceId;
}

describe('the outline of a trace', () => {
  it('holds what a tree needs, in the order of the start, without what the spans carry', async () => {
    const traceId = await newTrace([
      span('b', {
        parentId: 'a',
        startNs: String(start + 1n),
        status: 'error',
        statusMessage: 'no answer',
        attributes: { 'mlflow.spanInputs': { q: 7 } },
      }),
      span('a'),
    ]);
    const { items } = await api.client.traces.outline({ params: { traceId } });
    expect(items.map(({ id }) => id)).toEqual(['a', 'b']);
    expect(items[1]).toEqual({
      id: 'b',
      parentId: 'a',
      name: 'b',
      type: 'CHAIN',
      status: 'error',
      statusMessage: 'no answer',
      startNs: String(start + 1n),
      endNs: String(start + second),
    });
    const whole = await api.client.traces.span({ params: { traceId, spanId: 'b' } });
    expect(whole.attributes).toEqual({ 'mlflow.spanInputs': { q: 7 } });
  });

  it('of thirty thousand spans is complete', async () => {
    const many = Array.from({ length: 30_000 }, (_, i) =>
      span(`s${String(i).padStart(6, '0')}`, {
        parentId: i === 0 ? null : 's000000',
        startNs: String(start + BigInt(i)),
      }),
    );
    const traceId = await newTrace(many);
    const { items } = await api.client.traces.outline({ params: { traceId } });
    expect(items.map(({ id }) => id)).toEqual(many.map(({ id }) => id));
  });

  it('names the span that is not there', async () => {
    const traceId = await newTrace();
    await expect(api.client.traces.span({ params: { traceId, spanId: 'nope' } })).rejects.toMatchObject({
      code: 'traces/span-not-found',
    });
  });
});

describe('what people do to a trace', () => {
  it('sets and removes tags at once', async () => {
    const traceId = await newTrace();
    await api.client.traces.update({ params: { traceId }, body: { setTags: { team: 'search', old: '1' } } });
    const { tags } = await api.client.traces.update({
      params: { traceId },
      body: { setTags: { team: 'ads' }, removeTags: ['old', 'never-there'] },
    });
    expect(tags).toMatchObject({ team: 'ads' });
    expect(tags).not.toHaveProperty('old');
  });

  it('keeps, changes and takes back feedback', async () => {
    const traceId = await newTrace();
    const said = await api.client.traces.assess({
      params: { traceId },
      body: { name: 'helpful', value: true, rationale: 'to the point' },
    });
    expect(said).toMatchObject({ kind: 'feedback', value: true, source: { type: 'HUMAN' }, valid: true });
    const params = { traceId, assessmentId: said.id };
    await api.client.traces.updateAssessment({ params, body: { value: false } });
    const changed = await api.client.traces.get({ params: { traceId } });
    expect(changed.assessments).toMatchObject([{ name: 'helpful', value: false, rationale: 'to the point' }]);
    const found = await api.client.traces.list({ query: { filter: "feedback.helpful = 'false'" } });
    expect(found.items.map(({ id }) => id)).toContain(traceId);
    await api.client.traces.deleteAssessment({ params });
    expect((await api.client.traces.get({ params: { traceId } })).assessments).toEqual([]);
  });

  it('deletes some of them for good and counts the others', async () => {
    const [first, other] = [await newTrace(), await newTrace()];
    const before = await api.client.traces.count({ query: {} });
    expect(await api.client.traces.delete({ body: { traceIds: [first, 'tr-unknown'] } })).toEqual({
      deleted: 1,
    });
    expect(await api.client.traces.count({ query: {} })).toEqual({ count: before.count - 1 });
    await expect(api.client.traces.outline({ params: { traceId: first } })).rejects.toMatchObject({
      code: 'traces/not-found',
    });
    expect(await api.client.traces.get({ params: { traceId: other } })).toMatchObject({ id: other });
  });
});

describe('news of traces', () => {
  it('come a few times a second, however many are logged, and name all of them', async () => {
    const told: string[][] = [];
    const { unsubscribe } = api.workspace.events.subscribe((event) => {
      if (event.type === 'traces.changed') told.push(event.data.traceIds);
    });
    const logged: string[] = [];
    for (let i = 0; i < 100; i += 1) logged.push(await newTrace());
    await expect.poll(() => new Set(told.flat()).size).toBeGreaterThanOrEqual(100);
    expect(new Set(told.flat())).toEqual(new Set([...told.flat(), ...logged]));
    expect(told.length).toBeLessThan(logged.length / 2);
    unsubscribe();
  });
});
