import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { float, GraphBuilder } from '../../engine/onnx/index.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;
let runId: string;

beforeAll(async () => {
  workbench = await startWorkbench();
  runId = (await workbench.client.runs.create({ body: { name: 'with objects' } })).id;
  await logObjects();
  await putFiles();
});
afterAll(() => workbench.close());

/** A picture that is told apart by its colour, without a library that draws. */
const svg = (hue: number) =>
  Buffer.from(
    `<svg xmlns="http://www.w3.org/2000/svg" width="160" height="120"><rect width="160" height="120" fill="hsl(${hue} 70% 50%)"/></svg>`,
  ).toString('base64');

async function logImage(step: number): Promise<void> {
  await workbench.client.runObjects.log({
    params: { runId },
    body: {
      objects: [{ kind: 'image', key: 'samples', step, content: { format: 'svg', base64: svg(step * 3) } }],
    },
  });
}

async function logObjects(): Promise<void> {
  for (const step of [0, 10, 20, 30]) await logImage(step);
  const vegaLite = {
    $schema: 'https://vega.github.io/schema/vega-lite/v6.json',
    data: { values: [1, 3, 2].map((y, x) => ({ x, y })) },
    mark: 'bar',
    encoding: { x: { field: 'x', type: 'ordinal' }, y: { field: 'y', type: 'quantitative' } },
  };
  const plotly = {
    data: [{ type: 'scatter', mode: 'lines', name: 'loss', x: [0, 1, 2], y: [3, 2, 1] }],
    layout: { title: { text: 'Loss of the training' } },
  };
  await workbench.client.runObjects.log({
    params: { runId },
    body: {
      objects: [
        { kind: 'figure', key: 'bars', content: vegaLite, caption: 'three bars' },
        { kind: 'figure', key: 'plotly', content: plotly },
        ...[1, 2].map((step) => ({
          kind: 'text' as const,
          key: 'generated',
          step,
          content: `the same line\nline of step ${step}\n`,
        })),
        ...[0, 1, 2].map((step) => ({
          kind: 'histogram' as const,
          key: 'weights',
          step,
          content: { edges: [-1, 0, 1, 2], counts: [step, 5, 3 - step] },
        })),
        {
          kind: 'confusion-matrix',
          key: 'confusion',
          content: {
            labels: ['cat', 'dog'],
            counts: [
              [9, 1],
              [2, 8],
            ],
          },
        },
        { kind: 'curve', key: 'roc', content: { type: 'roc', x: [0, 0.2, 1], y: [0, 0.9, 1] } },
        { kind: 'html', key: 'page', content: hostilePage },
      ],
    },
  });
}

const steal =
  "fetch('/api/v1/settings').then(() => { document.title = 'stolen'; }); top.hacked = window.hacked = true;";
const hostilePage = `<h1>Report</h1><script>${steal}</script><img src="x" onerror="${steal}"><a href="javascript:${steal}">go</a><iframe srcdoc="<script>${steal.replaceAll('"', '&quot;')}</script>"></iframe><meta http-equiv="refresh" content="0;url=/settings">`;
const hostileSvg = `<svg xmlns="http://www.w3.org/2000/svg" width="40" height="40" onload="${steal}"><script>${steal}</script><rect width="40" height="40" fill="red"/></svg>`;

async function put(path: string, content: string | Uint8Array<ArrayBuffer>): Promise<void> {
  await workbench.client.runs.putArtifact({ params: { runId, path }, body: new Blob([content]) });
}

async function putFiles(): Promise<void> {
  const rows = Array.from({ length: 3000 }, (_, i) => `${i},name ${i}`);
  await put('data/rows.csv', `id,name\n${rows.join('\n')}\n`);
  await put('train.py', 'def train():\n    return 1  # done\n');
  await put('hostile/page.html', hostilePage);
  await put('hostile/image.svg', hostileSvg);
  await put(
    'hostile/book.ipynb',
    JSON.stringify({
      cells: [
        {
          cell_type: 'markdown',
          source: `# Title\n<script>${steal}</script> <img src=x onerror="${steal}">`,
        },
        {
          cell_type: 'code',
          source: 'print(1)',
          execution_count: 1,
          outputs: [
            { output_type: 'display_data', data: { 'text/html': hostilePage } },
            { output_type: 'display_data', data: { 'image/svg+xml': hostileSvg } },
            { output_type: 'display_data', data: { 'application/javascript': steal } },
          ],
        },
      ],
    }),
  );
  await put('weights.bin', new Uint8Array([0x41, 0x73, 0x73, 0x61, 0x79, 0]));
  const g = new GraphBuilder('small');
  const x = g.input('x', 'float32', ['N', 2]);
  const scaled = g.node('Gemm', [x, g.constant(Float32Array.of(1, 2))], { alpha: float(0.5) });
  g.output('y', g.node('Relu', [scaled]), 'float32', ['N', 2]);
  await put('model.onnx', new Uint8Array(g.build()));
}

async function open(tab: string, path?: string, scheme?: 'light' | 'dark'): Promise<Page> {
  const at = path === undefined ? '' : `&path=${encodeURIComponent(path)}`;
  const page = await workbench.open(`/runs/${runId}?tab=${tab}${at}`, scheme ? { scheme } : {});
  await settled(page);
  return page;
}

const stepLabel = (page: Page) => page.getByText(/^step \d+ \(\d+ of \d+\)$/);

describe('the objects of a run', () => {
  test('are stepped through by arrow keys, and new ones move nothing but the end', async () => {
    const page = await open('objects', 'image/samples');
    await page.getByText('step 30 (4 of 4)').waitFor();
    // At the end it follows what comes.
    await logImage(40);
    await page.getByText('step 40 (5 of 5)').waitFor();
    await page.getByRole('slider', { name: 'Step of samples' }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.getByText('step 30 (4 of 5)').waitFor();
    await page.getByRole('img', { name: 'samples at step 30' }).waitFor();
    // Anywhere else it stays where it is.
    await logImage(50);
    await page.getByText('step 30 (4 of 6)').waitFor();
    await page.getByRole('region', { name: /^samples, step/ }).focus();
    await page.keyboard.press('Home');
    await page.getByText('step 0 (1 of 6)').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('of two steps are compared side by side and over each other', async () => {
    const page = await open('objects', 'image/samples');
    await stepLabel(page).waitFor();
    await page.getByText('Side by side').click();
    await page.getByRole('img', { name: 'samples at step 0' }).waitFor();
    await page.getByText('Swipe', { exact: true }).click();
    await page.getByRole('slider', { name: 'How much is seen of the earlier image' }).fill('20');
    expect(await page.getByRole('img', { name: 'samples at step 0' }).getAttribute('style')).toContain('80%');
    await page.context().close();
  });

  test.each([
    ['figure/bars', 'three bars'],
    ['figure/plotly', 'Loss of the training'],
  ])('%s is drawn under the policy of the page', async (object, text) => {
    const page = await open('objects', object);
    await page.getByText(text).first().waitFor();
    await page.locator('svg.marks path').first().waitFor({ state: 'attached' });
    expect(await page.getByText('cannot be drawn').count()).toBe(0);
    await page.context().close();
  });

  test('show texts with what changed since the step before', async () => {
    const page = await open('objects', 'text/generated');
    await page.getByText('line of step 2').waitFor();
    await page.getByRole('switch', { name: 'Changes since step 1' }).click();
    await page.locator('del', { hasText: '- line of step 1' }).waitFor();
    await page.locator('ins', { hasText: '+ line of step 2' }).waitFor();
    await page.context().close();
  });

  test('show histograms over steps, matrices and curves', async () => {
    const page = await open('objects', 'histogram/weights');
    await page.getByRole('img', { name: 'weights over 3 steps' }).waitFor();
    await page.getByRole('button', { name: 'confusion' }).click();
    await page.getByRole('table').getByText('dog').first().waitFor();
    await page.getByRole('button', { name: 'roc' }).click();
    await page.getByText('False positive rate').first().waitFor({ state: 'attached' });
    await page.context().close();
  });
});

describe('what a run logged never runs in the workbench', () => {
  test.each([
    ['objects', 'html/page', 'iframe'],
    ['files', 'hostile/page.html', 'iframe'],
    ['files', 'hostile/image.svg', 'img[alt="hostile/image.svg"]'],
    ['files', 'hostile/book.ipynb', 'iframe'],
  ])('%s %s', async (tab, path, shown) => {
    const page = await open(tab, path);
    await page.locator(shown).first().waitFor();
    if (shown === 'iframe') await page.frameLocator('iframe').first().getByText('Report').waitFor();
    expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
    expect(await page.title()).not.toBe('stolen');
    for (const frame of page.frames()) expect(frame.url()).not.toContain('/settings');
    await page.context().close();
  });

  test('also not when its address is opened as a page', async () => {
    for (const path of ['hostile/page.html', 'hostile/image.svg']) {
      const response = await workbench.client.runs.getArtifact({ params: { runId, path } });
      expect(response.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(response.headers.get('content-security-policy')).toContain('sandbox');
      expect(response.headers.get('x-content-type-options')).toBe('nosniff');
    }
  });
});

describe('the files of a run', () => {
  test('are searched and walked through by keyboard', async () => {
    const page = await open('files');
    await page.getByRole('textbox', { name: 'Search files' }).fill('hostile image');
    await page.getByRole('treeitem', { name: /^hostile\/image\.svg/ }).waitFor();
    await page.getByRole('tree').focus();
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'hostile/image.svg' }).waitFor();
    await page.getByRole('textbox', { name: 'Search files' }).fill('');
    await page.getByRole('tree').focus();
    await page.keyboard.press('Home');
    const folder = page.getByRole('treeitem', { name: /^data / });
    expect(await folder.getAttribute('aria-expanded')).toBe('true');
    await page.keyboard.press('ArrowLeft');
    await page.getByRole('treeitem', { name: /^rows\.csv/ }).waitFor({ state: 'detached' });
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('Enter');
    await page.getByRole('grid', { name: 'Rows of data/rows.csv' }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('that are tables are searched and sorted by the server', async () => {
    const page = await open('files', 'data/rows.csv');
    await page.getByText('3,000 rows').waitFor();
    await page.getByRole('grid').getByRole('button', { name: 'id' }).click();
    await page.getByRole('textbox', { name: 'Search in rows' }).fill('name 299');
    await page.getByText('11 matching rows').waitFor();
    await page.context().close();
  });

  test('are shown by their kind: code in colours, bytes, the graph of a model', async () => {
    const page = await open('files', 'train.py');
    await page.locator('[data-look="keyword"]', { hasText: 'return' }).waitFor();
    await page.getByRole('treeitem', { name: /^weights\.bin/ }).click();
    await page.getByText('Assay.').waitFor();
    await page.getByRole('treeitem', { name: /^model\.onnx/ }).click();
    await page.getByRole('tab', { name: 'Graph' }).click();
    await page.getByRole('button', { name: /^Gemm/ }).click();
    await page.getByRole('region', { name: 'Chosen node' }).getByText('0.5').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('of a folder are downloaded as one ZIP file', async () => {
    const page = await open('files');
    await page.getByRole('treeitem', { name: /^data / }).hover();
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: 'Download data as ZIP' }).click(),
    ]);
    expect(download.suggestedFilename()).toBe('data.zip');
    expect(workbench.faults()).toEqual([]);
    await page.context().close();
  });
});
