import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type OtlpSpan, sendTrace } from '../kit/otlp.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let page: Page;
let answered: string;

const chat: OtlpSpan[] = [
  {
    id: 'root',
    name: 'answer',
    type: 'AGENT',
    fromMs: 0,
    toMs: 1200,
    attributes: { 'mlflow.spanInputs': { question: 'Is it raining in Graz?' } },
  },
  { id: 'find', parent: 'root', name: 'find documents', type: 'RETRIEVER', fromMs: 20, toMs: 310 },
  { id: 'embed', parent: 'find', name: 'embed', type: 'EMBEDDING', fromMs: 25, toMs: 60 },
  {
    id: 'ask',
    parent: 'root',
    name: 'ask the model',
    type: 'CHAT_MODEL',
    fromMs: 320,
    toMs: 1100,
    attributes: {
      'mlflow.spanInputs': { messages: [{ role: 'user', content: 'Is it raining in **Graz**?' }] },
      'mlflow.spanOutputs': {
        choices: [
          {
            message: {
              role: 'assistant',
              content: 'Let me look.',
              tool_calls: [{ function: { name: 'weather', arguments: '{"city":"Graz"}' } }],
            },
          },
        ],
      },
    },
  },
  {
    id: 'tool',
    parent: 'root',
    name: 'weather',
    type: 'TOOL',
    fromMs: 1105,
    toMs: 1190,
    failed: 'the service is away',
    events: [
      {
        name: 'exception',
        atMs: 1180,
        attributes: {
          'exception.type': 'ConnectionError',
          'exception.message': 'no route',
          'exception.stacktrace': 'Traceback (most recent call last):\n  File "weather.py", line 7',
        },
      },
    ],
  },
];

beforeAll(async () => {
  workbench = await startWorkbench();
});
afterAll(() => workbench.close());

const spans = () => page.getByRole('treegrid', { name: 'Spans' });
const chosen = () => spans().getByRole('row', { selected: true });

test('a workspace without traces says how to send them, with the address of this engine', async () => {
  page = await workbench.open('/traces');
  await page.getByText('No traces yet').waitFor();
  await page.getByText(`OTEL_EXPORTER_OTLP_TRACES_ENDPOINT=${workbench.url}/v1/traces`).waitFor();
  await page.getByText(`mlflow.set_tracking_uri("${workbench.url}")`).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a trace that is logged meanwhile is announced, and shown when asked for', async () => {
  answered = await sendTrace(workbench, 'answered', chat);
  await page.getByRole('button', { name: '1 new trace' }).click();
  const list = page.getByRole('grid', { name: 'Traces' });
  await list.getByText('answer', { exact: true }).waitFor();
  await list.getByText('1.2 s').waitFor();
});

test('the filter finds traces by what their spans are, and says where it is wrong', async () => {
  await sendTrace(workbench, 'plain', [{ id: 'r', name: 'plain call', fromMs: 0, toMs: 4 }]);
  await page.goto(`${workbench.url}/traces`);
  await page.getByText('2 traces').waitFor();
  const filter = page.getByRole('combobox', { name: 'Filter traces' });
  await filter.fill("span.type = 'TOOL'");
  await filter.press('Enter');
  await page.getByText('1 trace match').waitFor();
  await filter.fill('durationMS > 3');
  await filter.press('Enter');
  await page.getByRole('alert').getByText('durationMs').waitFor();
  await filter.fill('');
  await filter.press('Enter');
});

test('spans stand in a tree on one time axis; arrows move, fold and unfold', async () => {
  await page.getByRole('grid', { name: 'Traces' }).getByText('answer', { exact: true }).click();
  await page.getByRole('heading', { name: 'answer', level: 1 }).waitFor();
  await expect.poll(() => spans().getByRole('row').count()).toBe(6);
  await spans().focus();
  await page.keyboard.press('ArrowDown');
  await chosen().getByText('find documents').waitFor();
  await page.keyboard.press('ArrowLeft');
  await expect.poll(() => spans().getByRole('row').count()).toBe(5);
  await page.keyboard.press('ArrowRight');
  await expect.poll(() => spans().getByRole('row').count()).toBe(6);
});

test('chat messages are shown as a conversation, with the tools that were called', async () => {
  await spans().getByText('ask the model').click();
  const outputs = page.getByRole('list', { name: 'Conversation in the outputs' });
  await outputs.getByText('Let me look.').waitFor();
  await outputs.getByText('weather', { exact: true }).waitFor();
  await page
    .getByRole('list', { name: 'Conversation in the inputs' })
    .getByText('Is it raining in')
    .waitFor();
});

test('one key goes to the failed span, whose exception is shown with its stack', async () => {
  await page.getByRole('heading', { name: 'answer', level: 1 }).click();
  await page.keyboard.press('e');
  await chosen().getByText('weather').waitFor();
  await page.getByText('ConnectionError: no route').waitFor();
  await page.getByText('File "weather.py", line 7').waitFor();
  const address = page.url();
  await page.goto(address);
  await chosen().getByText('weather').waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('feedback is added, changed and taken back with undo', async () => {
  await page.getByRole('tab', { name: /Feedback/ }).click();
  await page.getByRole('button', { name: 'Add feedback' }).click();
  await page.getByLabel('Name').fill('helpful');
  await page.getByLabel('Why').fill('to the point');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article', { name: 'helpful' }).getByText('to the point').waitFor();
  await page.getByRole('button', { name: 'Edit helpful' }).click();
  await page.getByLabel('Value').fill('0.5');
  await page.getByRole('button', { name: 'Save' }).click();
  await page.getByRole('article', { name: 'helpful' }).getByText('0.5').waitFor();
  await page.getByRole('button', { name: 'Take back helpful' }).click();
  await page.getByText('Nothing is said of this trace yet').waitFor();
  await page.getByRole('button', { name: 'Undo' }).click();
  await page.getByRole('article', { name: 'helpful' }).getByText('0.5').waitFor();
});

test('tags are set and removed', async () => {
  await page.getByRole('tab', { name: 'Tags and metadata' }).click();
  await page.getByLabel('Tag', { exact: true }).fill('team');
  await page.getByLabel('Value').fill('weather');
  await page.getByRole('button', { name: 'Set the tag' }).click();
  await page.getByRole('button', { name: 'Remove the tag team' }).click();
  await page.getByText('No tags.').waitFor();
});

test('the whole trace is saved as JSON', async () => {
  const download = page.waitForEvent('download');
  await page.getByRole('button', { name: 'Download JSON' }).click();
  const saved: unknown = JSON.parse(await readFile(await (await download).path(), 'utf8'));
  expect(saved).toMatchObject({ id: answered, spans: { length: 5 } });
});

test('thirty thousand spans are folded at first, found by name, and scrolled to', async () => {
  const many: OtlpSpan[] = Array.from({ length: 30_000 }, (_, i) => ({
    id: `s${i}`,
    ...(i === 0 ? {} : { parent: i % 100 === 1 ? 's0' : `s${i - ((i - 1) % 100)}` }),
    name: i === 29_990 ? 'the needle' : `step ${i}`,
    fromMs: i,
    toMs: i === 0 ? 30_000 : i + 1,
  }));
  const traceId = await sendTrace(workbench, 'large', many);
  await page.goto(`${workbench.url}/traces/${traceId}`);
  await settled(page);
  await spans().getByText('step 0', { exact: true }).waitFor();
  expect(await spans().getByRole('row').count()).toBeLessThan(100);
  await page.getByRole('textbox', { name: 'Search spans' }).fill('needle');
  await page.getByText('1 match').waitFor();
  await page.getByRole('textbox', { name: 'Search spans' }).press('Enter');
  await chosen().getByText('the needle').waitFor();
});

test('the traces of an experiment and of a run stand on their pages', async () => {
  const run = await workbench.client.runs.create({ body: { experimentId: '0', name: 'served' } });
  const linked = await fetch(`${workbench.url}/api/2.0/mlflow/traces/link-to-run`, {
    method: 'POST',
    headers: { authorization: `Bearer ${workbench.token}`, 'content-type': 'application/json' },
    body: JSON.stringify({ trace_ids: [answered], run_id: run.id }),
  });
  expect(linked.status).toBe(200);
  await page.goto(`${workbench.url}/experiments/0`);
  await page.getByRole('tab', { name: 'Traces' }).click();
  await page.getByRole('grid', { name: 'Traces' }).getByText('plain call').waitFor();
  await page.goto(`${workbench.url}/runs/${run.id}`);
  await page.getByRole('tab', { name: 'Traces 1' }).click();
  await page.getByRole('grid', { name: 'Traces' }).getByText('answer', { exact: true }).waitFor();
  expect(await page.getByRole('grid', { name: 'Traces' }).getByText('plain call').count()).toBe(0);
});

test('a narrow window shows the spans above the chosen one, each at a height to read in', async () => {
  const narrow = await workbench.open(`/traces/${answered}`, { width: 390, height: 800 });
  await settled(narrow);
  const spans = await narrow.getByText('find documents').first().boundingBox();
  const detail = await narrow.getByRole('heading', { name: 'Inputs' }).first().boundingBox();
  expect(spans?.height).toBeGreaterThan(0);
  expect((detail?.y ?? 0) - (spans?.y ?? 0)).toBeGreaterThan(300);
  await narrow.getByText('find documents').first().click();
  await narrow.context().close();
});

test('a trace is deleted only after asking', async () => {
  await page.goto(`${workbench.url}/traces/${answered}`);
  await page.getByRole('button', { name: 'Delete' }).click();
  await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
  await page.getByText('2 traces').waitFor();
});

test('no page threw or was answered by a fault of the engine', () => {
  expect(workbench.faults()).toEqual([]);
});
