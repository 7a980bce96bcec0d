import { readFile } from 'node:fs/promises';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { seededRandom } from '../kit/random.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

const rates = [0.001, 0.01, 0.1];
const depths = [2, 4];
const seeds = [0, 1, 2, 3, 4];
const STEPS = 3000;
/** The step with a value that nothing around it has. */
const SPIKE = 1234;

let workbench: Workbench;
let experimentId: string;
const runIds: string[] = [];

beforeAll(async () => {
  workbench = await startWorkbench();
  experimentId = (await workbench.client.experiments.create({ body: { name: 'grid' } })).id;
  for (const rate of rates) {
    for (const depth of depths) for (const seed of seeds) runIds.push(await logRun(rate, depth, seed));
  }
});
afterAll(() => workbench.close());

async function logRun(rate: number, depth: number, seed: number): Promise<string> {
  const { client } = workbench;
  const random = seededRandom(seed * 100 + depth);
  const run = await client.runs.create({
    body: {
      experimentId,
      name: `r${rate} d${depth} s${seed}`,
      params: {
        rate: String(rate),
        depth: String(depth),
        seed: String(seed),
        prompt: `Be brief.\nAt ${rate}.`,
      },
      tags: { 'assay.git.commit': depth === 2 ? 'a'.repeat(40) : 'b'.repeat(40), team: 'risk' },
    },
  });
  const curve = Array.from({ length: rate === 0.1 && depth === 2 && seed === 0 ? STEPS : 60 }, (_, step) => ({
    key: 'val/loss',
    step,
    value: (step === SPIKE ? 5 : 1 / (1 + step * rate)) + random.next() * 0.02,
  }));
  // Rates differ by much more than seeds do; depths do not differ at all.
  const auc = 0.8 + 0.03 * Math.log10(rate * 1000) + seed * 0.002 + random.next() * 0.002;
  await client.runs.log({
    params: { runId: run.id },
    body: { metrics: [...curve, { key: 'auc', value: auc }, { key: 'seconds', value: depth * 3 }] },
  });
  await client.runs.update({ params: { runId: run.id }, body: { status: 'finished' } });
  return run.id;
}

async function open(tab: string, more: Record<string, string> = {}): Promise<Page> {
  const search = new URLSearchParams({ filter: `experimentId = '${experimentId}'`, tab, ...more });
  const page = await workbench.open(`/compare?${search}`);
  await settled(page);
  await page.getByRole('tab', { selected: true }).waitFor();
  return page;
}

async function saved(page: Page, chart: string, kind: 'SVG' | 'CSV' | 'PNG'): Promise<Buffer> {
  await page.getByRole('button', { name: `${chart}: export` }).click();
  const download = page.waitForEvent('download');
  await page.getByRole('menuitem', { name: `Save as ${kind}` }).click();
  return readFile(await (await download).path());
}

describe('curves', () => {
  test('of groups are means with a band, in the picture and in its files', async () => {
    const page = await open('curves', { group: 'params.rate', curves: 'band:range' });
    await page.getByRole('img', { name: /^val\/loss: 3 curves\. rate 0\.001 ends at/ }).waitFor();
    expect(await page.locator('[data-band]').count()).toBe(3);

    const svg = (await saved(page, 'val/loss', 'SVG')).toString();
    expect(svg).toMatch(/^<svg [^>]*xmlns="http:\/\/www\.w3\.org\/2000\/svg"/);
    expect(svg).not.toContain('<image');
    expect(svg.match(/data-band/g)).toHaveLength(3);
    expect(svg).toContain('>rate 0.01</text>');

    const [head, ...lines] = (await saved(page, 'val/loss', 'CSV')).toString().trim().split('\r\n');
    expect(head).toBe('series,Step,value,low,high');
    const first =
      lines
        .find((line) => line.startsWith('rate 0.01,0,'))
        ?.split(',')
        .map(Number) ?? [];
    const [, , mean = 0, low = 0, high = 0] = first;
    expect(low).toBeLessThan(mean);
    expect(mean).toBeLessThan(high);

    const png = await saved(page, 'val/loss', 'PNG');
    expect(png.subarray(1, 4).toString()).toBe('PNG');
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('read a stretch that is dragged over at full resolution, and keep it in the address', async () => {
    const page = await open('curves');
    const chart = page.getByRole('img', { name: /^val\/loss: 30 curves/ });
    await chart.waitFor();
    const box = await chart.boundingBox();
    if (!box) throw new Error('The chart has no place on the page.');
    const closer = page.waitForRequest((request) => request.postData()?.includes('fromStep') === true);
    // The plot begins about 50 px from the left; steps 1,000 to 1,400 of 3,000.
    const at = (step: number) => box.x + 50 + ((box.width - 62) * step) / STEPS;
    await page.mouse.move(at(1000), box.y + 60);
    await page.mouse.down();
    await page.mouse.move(at(1200), box.y + 70, { steps: 4 });
    await page.mouse.move(at(1400), box.y + 80, { steps: 4 });
    await page.mouse.up();
    const { fromStep, toStep } = (await closer).postDataJSON();
    expect(fromStep).toBeGreaterThan(900);
    expect(toStep).toBeLessThan(1500);
    await page.getByRole('button', { name: 'Show everything', exact: true }).waitFor();
    await expect
      .poll(async () => {
        const csv = (await saved(page, 'val/loss', 'CSV')).toString().split('\r\n');
        return csv.filter((line) => line.startsWith('r0.1 d2 s0,')).length;
      })
      .toBe(toStep - fromStep + 1);
    expect(page.url()).toMatch(/curves=from%3A\d+/);
    await page
      .getByRole('img', { name: /^val\/loss: 1 curve/ })
      .dblclick({ position: { x: box.width / 2, y: 60 } });
    await page.waitForURL((url) => !url.searchParams.has('curves'));
    await page.context().close();
  });

  test('are pointed out, and taken out, by one legend for all pictures', async () => {
    const page = await open('curves', { group: 'params.depth' });
    const entry = page.getByRole('list', { name: 'Curves shown' }).getByRole('button', { name: /^depth 2/ });
    await page.locator('[data-series="depth 2"]').first().waitFor();
    await entry.click();
    await page.locator('[data-series="depth 2"]').first().waitFor({ state: 'detached' });
    expect(await entry.getAttribute('aria-pressed')).toBe('false');
    await page.reload();
    await page.locator('[data-series="depth 4"]').first().waitFor();
    expect(await page.locator('[data-series="depth 2"]').count()).toBe(0);
    await page.context().close();
  });
});

describe('a difference', () => {
  test('between groups is tested with partners of the same seed, and told in words', async () => {
    const page = await open('difference', { group: 'params.rate', difference: 'metric:metrics.auc' });
    const verdict = page.getByRole('region', { name: 'Verdict' });
    await verdict.getByText(/rate 0\.1 has the best mean auc/).waitFor();
    expect(await verdict.textContent()).toContain('Runs are paired by params.seed');
    const row = page.getByRole('row', { name: /^rate 0\.1 against rate 0\.001/ });
    expect(await row.textContent()).toMatch(/real.*paired t-test/);
    await page.getByRole('img', { name: /^Mean auc of each group/ }).waitFor();
    await page.getByRole('img', { name: /^Differences of auc/ }).waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.context().close();
  });

  test('that is none is called not shown', async () => {
    const page = await open('difference', { group: 'params.depth', difference: 'metric:metrics.auc' });
    const row = page.getByRole('row', { name: /^depth \d against depth \d/ });
    await row.waitFor();
    expect(await row.textContent()).toContain('not shown');
    await page.context().close();
  });
});

test('a range of an axis of parallel coordinates keeps runs, by mouse and by keyboard, and they can be compared alone', async () => {
  const page = await open('parallel', { parallel: 'axes:params.rate,params.depth' });
  await page.getByRole('img', { name: /^Parameters and metric: 30 lines over rate, depth, auc/ }).waitFor();
  const axis = page.locator('rect[data-axis="rate"]');
  const box = await axis.boundingBox();
  if (!box) throw new Error('The axis has no place on the page.');
  await page.mouse.move(box.x + box.width / 2, box.y + 2);
  await page.mouse.down();
  await page.mouse.move(box.x + box.width / 2, box.y + box.height * 0.1, { steps: 3 });
  await page.mouse.up();
  await page.getByText('10 runs of 30 kept by 1 axis.').waitFor();

  // Lower the upper end of depth: only the smaller one stays.
  await page.getByRole('button', { name: /^Axis depth/ }).press('ArrowDown');
  await page.getByText('5 runs of 30 kept by 2 axes.').waitFor();
  await page.getByRole('button', { name: /^Axis depth/ }).press('ArrowLeft');
  await page.getByRole('img', { name: /over depth, rate, auc/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);

  await page.getByRole('button', { name: 'Compare only 5 runs' }).click();
  await page.getByText('5 runs', { exact: true }).waitFor();
  await page.goBack();
  await page.getByText('5 runs of 30 kept by 2 axes.').waitFor();
  await page.context().close();
});

test('two numbers over each other have a trend, its correlation and the Pareto front', async () => {
  const page = await open('scatter', {
    scatter: 'x:metrics.seconds;y:metrics.auc;trend:linear;pareto:true;color:params.rate',
  });
  await page.getByRole('img', { name: /^auc over seconds: 30 points/ }).waitFor();
  await page.getByText(/^Correlation r = .* over 30 runs/).waitFor();
  // Depth 2 takes the least time, so nothing but its best run is on the front unless depth 4 is better.
  await page.getByText(/^Pareto front \([12]\)$/).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('maps, boxes and importance show what params do to a metric', async () => {
  const page = await open('surface', { surface: 'x:params.depth;y:params.rate;metric:metrics.auc' });
  const top = page.getByRole('row', { name: /^0\.1 / });
  expect((await top.textContent()) ?? '').toMatch(/· 5/);
  await page.getByRole('tab', { name: 'Box plots' }).click();
  await page.getByRole('img', { name: /groups\. .*median/ }).waitFor();
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.getByRole('tab', { name: 'Importance' }).click();
  const first = page
    .getByRole('region', { name: 'Correlation of params with the metric' })
    .getByRole('row')
    .nth(1);
  expect(await first.textContent()).toMatch(/^(rate|prompt)/);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('code and long params that differ are told apart, line by line', async () => {
  const page = await open('table', { only: 'differences' });
  await page.getByRole('row', { name: /^assay\.git\.commit/ }).waitFor();
  expect(await page.getByRole('row', { name: /^team/ }).count()).toBe(0);
  await page.getByRole('button', { name: 'Show the difference of prompt' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.locator('ins').waitFor();
  expect(await dialog.locator('ins').textContent()).toMatch(/^\+ At 0\./);
  await page.context().close();
});

test('files of two runs are compared by digest, and texts by line', async () => {
  const [a = '', b = ''] = runIds;
  const put = (runId: string, path: string, text: string) =>
    workbench.client.runs.putArtifact({ params: { runId, path }, body: new Blob([text]) });
  for (const runId of [a, b]) await put(runId, 'same.txt', 'equal');
  await put(a, 'config.json', '{"depth":2,"rate":0.1}');
  await put(b, 'config.json', '{"depth":4,"rate":0.1}');
  const page = await workbench.open(`/compare?runs=${a},${b}&tab=files`);
  await page.getByRole('heading', { name: '1 of 2 differ' }).waitFor();
  await page.getByRole('button', { name: 'config.json' }).click();
  await page.locator('ins').waitFor();
  expect(await page.locator('ins').textContent()).toContain('"depth": 4');
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('images of runs stand beside each other at the same step', async () => {
  const [a = '', b = ''] = runIds;
  const base64 =
    'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAQAAAC1HAwCAAAAC0lEQVR42mNk+A8AAQUBAScY42YAAAAASUVORK5CYII=';
  const image = (step: number) => ({
    kind: 'image' as const,
    key: 'sample',
    step,
    content: { format: 'png' as const, base64 },
  });
  await workbench.client.runObjects.log({ params: { runId: a }, body: { objects: [image(0), image(5)] } });
  await workbench.client.runObjects.log({ params: { runId: b }, body: { objects: [image(0)] } });
  const page = await workbench.open(`/compare?runs=${a},${b}&tab=images`);
  await page.getByRole('img', { name: /^sample of .* at step 5$/ }).waitFor();
  await page.getByText('from step 0').waitFor();
  await page.getByRole('button', { name: 'Step before' }).click();
  await page.waitForURL(/images=step%3A0/);
  expect(await page.getByRole('img', { name: /at step 0$/ }).count()).toBe(2);
  expect(await accessibilityFaults(page)).toEqual([]);
  await page.context().close();
});

test('a saved view brings back runs, group, tab and the settings of charts', async () => {
  const page = await open('curves', { group: 'params.depth', curves: 'band:interval;smoothing:0.5' });
  await page.locator('[data-band]').first().waitFor();
  await page.getByRole('button', { name: 'Views' }).click();
  await page.getByRole('menuitem', { name: 'Save view …' }).click();
  await page.getByRole('textbox', { name: 'Name' }).fill('Depths');
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.getByRole('button', { name: 'Depths' }).waitFor();
  const { items } = await workbench.client.views.list({ query: { filter: "page = 'compare'" } });
  const [view] = items;
  expect(view?.state).toMatchObject({
    group: 'params.depth',
    tab: 'curves',
    curves: 'band:interval;smoothing:0.5',
  });

  const other = await workbench.open(`/compare?view=${view?.id}`);
  await other.locator('[data-band]').first().waitFor();
  expect(new URL(other.url()).searchParams.get('group')).toBe('params.depth');
  await other.context().close();
  await page.context().close();
});

test('no page broke and no request was refused', () => {
  expect(workbench.faults()).toEqual([]);
});
