import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ended, importPenguins } from '../kit/penguins.ts';
import { accessibilityFaults, settled, startWorkbench, type Workbench } from '../kit/workbench.ts';

let workbench: Workbench;

beforeAll(async () => {
  workbench = await startWorkbench();
  const { client } = workbench;
  const dataset = await importPenguins(client);
  for (const kind of ['prior', 'linear'] as const) {
    const job = await client.training.start({
      body: {
        experimentId: '0',
        recipe: { task: 'classification', dataset, target: { column: 'Species' }, trainer: { kind } },
      },
    });
    const { runId } = await ended(client, job);
    await client.models.register({
      params: { model: 'penguins' },
      body: { runId: String(runId), ...(kind === 'prior' ? { aliases: ['champion'] } : {}) },
    });
  }
});
afterAll(() => workbench.close());

const rows = [
  { Island: 'Biscoe', 'Flipper Length (mm)': 210, 'Body Mass (g)': 4500, 'Beak Length (mm)': 46 },
];
const ask = (name: string, times: number) =>
  Promise.all(
    Array.from({ length: times }, () =>
      workbench.client.endpoints.predict({ params: { name }, body: { rows } }),
    ),
  );

/** Opens the form that deploys a version to the endpoint of the page, and names the version. */
async function deployForm(page: Page, ref: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Deploy a version' }).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Model').fill(ref);
  // Away from the field, so that its suggestions close.
  await dialog.getByLabel('Model').press('Tab');
  return dialog;
}

describe('endpoints', () => {
  test('the empty page says what endpoints are for and makes the first one', async () => {
    const page = await workbench.open('/endpoints');
    await settled(page);
    await page.getByText('No endpoints yet').waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'New endpoint' }).first().click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Name').fill('Shop!');
    await dialog.getByText('1 to 63 lower-case letters').waitFor();
    await dialog.getByLabel('Name').fill('shop');
    await dialog.getByLabel('Model').fill('penguins/9.9.9');
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await dialog.getByText('has no version "9.9.9"').first().waitFor();
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByLabel('Model').fill('penguins@champion');
    await dialog.getByRole('button', { name: 'Deploy' }).click();
    await page.getByRole('heading', { name: 'shop', level: 1 }).waitFor();
    await page.getByText('No requests in this time').waitFor();
  });

  test('a canary is started, held, moved on and rolled back, and the history takes that back', async () => {
    const page = await workbench.open('/endpoints/shop');
    await settled(page);
    const dialog = await deployForm(page, 'penguins/1.1.0');
    await dialog.getByText('Share of its first step: 10 %').waitFor();
    // SHOT dialog
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByLabel('Answers a step').fill('1000');
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.getByText('Canary: step 1 of 3').waitFor();
    await ask('shop', 40);
    await page.getByRole('gridcell', { name: 'stable' }).waitFor();
    await page.getByRole('button', { name: 'Hold here' }).click();
    await page.getByText('canary held at 10 %').waitFor();
    // SHOT canary
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Go on' }).click();
    await page.getByRole('button', { name: 'Next step' }).click();
    await page.getByText('Canary: step 2 of 3').waitFor();
    await page.getByRole('button', { name: 'Roll back now' }).click();
    await page.getByText('Canary: step').waitFor({ state: 'detached' });

    await page.getByRole('tab', { name: 'History' }).click();
    await page.getByRole('gridcell', { name: 'canary rolled back' }).waitFor();
    // SHOT history
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('button', { name: 'Undo the last change' }).click();
    await page.getByRole('button', { name: 'Take it back' }).click();
    await page.getByText('Canary: step 1 of 3').waitFor();
    await page.getByRole('button', { name: 'Promote' }).click();
    await page.getByRole('button', { name: 'Promote now' }).click();
    await page.getByText('Canary: step').waitFor({ state: 'detached' });
    expect(await workbench.client.endpoints.get({ params: { name: 'shop' } })).toMatchObject({
      route: { kind: 'single', ref: 'penguins/1.1.0' },
    });
  });

  test('an A/B test shows its split, its verdict on true values, and ends with one arm', async () => {
    const { client } = workbench;
    const params = { name: 'trial' };
    const arms = ['1.0.0', '1.1.0'].map((version, i) => ({
      name: 'ab'.charAt(i),
      ref: `penguins/${version}`,
      weight: 1,
    }));
    await client.endpoints.create({
      body: { ...params, route: { kind: 'ab', arms }, log: { sampleRate: 1 } },
    });
    const answers = await ask('trial', 60);
    // Arm a is wrong every other time, b never.
    const items = answers.map(({ requestId, arm, label }, i) => ({
      requestId,
      value: arm === 'a' && i % 2 === 0 ? 'none' : String(label?.[0]),
    }));
    await client.endpoints.groundTruth({ params, body: { items } });
    const outcomes = answers.map(({ requestId, arm }) => ({ requestId, value: arm === 'b' }));
    await client.endpoints.outcomes({ params, body: { items: outcomes } });
    const page = await workbench.open('/endpoints/trial', { scheme: 'dark' });
    await settled(page);
    await page.getByText('b against a').waitFor();
    await page.getByRole('grid', { name: 'Outcomes by arm' }).waitFor();
    // SHOT ab
    expect(await accessibilityFaults(page)).toEqual([]);
    const slider = page.getByRole('slider', { name: /^b: / });
    await slider.focus();
    await slider.press('Home');
    await page.getByText('a: penguins/1.0.0, 100 %').waitFor();
    await page.getByRole('button', { name: 'Save the split' }).click();
    await page.getByText('trial: a 100 %, b 0 %').waitFor();
    await page.getByRole('button', { name: 'Keep b only' }).click();
    await page.getByRole('button', { name: 'End the test' }).click();
    await page.getByText('Split between the arms').waitFor({ state: 'detached' });
    expect(await client.endpoints.get({ params })).toMatchObject({ route: { ref: 'penguins/1.1.0' } });
  });

  test('logged requests are shown as they were written, by rules that can be set', async () => {
    const page = await workbench.open('/endpoints/trial?tab=requests');
    await settled(page);
    await page.getByText('Biscoe').first().waitFor();
    await page.getByRole('button', { name: 'What is logged' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Add a column' }).click();
    await dialog.getByLabel('Column 1', { exact: true }).fill('Island');
    // SHOT log
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    await workbench.client.endpoints.predict({
      params: { name: 'trial' },
      body: { rows: [{ Island: 'Secret' }] },
    });
    await page.reload();
    await page.getByText('"Island"').first().waitFor();
    // SHOT requests
    expect(await page.getByText('Secret').count()).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('logged requests are replayed against another version, and what it answers otherwise is shown', async () => {
    const page = await workbench.open('/endpoints/trial?tab=requests');
    await settled(page);
    await page.getByRole('button', { name: 'Replay' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Model').fill('penguins/1.0.0');
    await dialog.getByLabel('Model').press('Tab');
    await dialog.getByRole('button', { name: 'Replay', exact: true }).click();
    await dialog.getByText('Answered otherwise').waitFor();
    await dialog.getByText('1 redacted').waitFor();
    // Its address shows the report again.
    await page.reload();
    await dialog.getByRole('gridcell', { name: 'Gentoo' }).first().waitFor();
    // SHOT replay
    expect(await accessibilityFaults(page)).toEqual([]);
  });

  test('a canary has steps of its own and a key, and an A/B test a third version', async () => {
    const page = await workbench.open('/endpoints/shop');
    await settled(page);
    const dialog = await deployForm(page, 'penguins/1.0.0');
    await dialog.getByText('More', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Set each step' }).click();
    await dialog.getByLabel('Share of step 2').fill('5');
    await dialog.getByText('Step 2: must be more than in the step before').waitFor();
    expect(await dialog.getByRole('button', { name: 'Deploy', exact: true }).isEnabled()).toBe(false);
    await dialog.getByLabel('Share of step 2').fill('40');
    await dialog.getByLabel('Answers of step 2').fill('');
    await dialog.getByLabel('Minutes of step 2').fill('30');
    await dialog.getByRole('button', { name: 'Leave out step 3' }).click();
    await dialog.getByLabel('More loss allowed').fill('0.1');
    await dialog.getByLabel('Who answers is drawn by').click();
    await page.getByRole('option', { name: 'a header of the request' }).click();
    await dialog.getByLabel('Header', { exact: true }).fill('x-customer');
    // SHOT more-canary
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.getByText('Canary: step 1 of 2').waitFor();
    const params = { name: 'shop' };
    expect(await workbench.client.endpoints.get({ params })).toMatchObject({
      route: {
        steps: [
          { percent: 10, minRequests: 100 },
          { percent: 40, minMinutes: 30 },
        ],
        limits: { quality: { maxLossIncrease: 0.1, minTruths: 50 } },
        stickyBy: { from: 'header', name: 'x-customer' },
      },
    });
    await page.getByRole('button', { name: 'Roll back now' }).click();
    await page.getByText('Canary: step').waitFor({ state: 'detached' });

    await deployForm(page, 'penguins/1.0.0');
    await dialog.getByText('A/B test', { exact: true }).click();
    await dialog.getByText('More', { exact: true }).click();
    await dialog.getByRole('button', { name: 'Test another version' }).click();
    await dialog.getByLabel('Version 3', { exact: true }).fill('penguins@champion');
    await dialog.getByLabel('Version 3', { exact: true }).press('Tab');
    await dialog.getByLabel('Share of version 3').fill('95');
    await dialog.getByText('The shares of the new versions are 105 % together.').waitFor();
    await dialog.getByLabel('Share of version 3').fill('30');
    await dialog.getByText('answers the other 60 %', { exact: false }).waitFor();
    // SHOT more-ab
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.getByText('c: penguins@champion, 30 %').waitFor();
    await page.getByRole('button', { name: 'Keep a only' }).click();
    await page.getByRole('button', { name: 'End the test' }).click();
    await page.getByText('Split between the arms').waitFor({ state: 'detached' });
  });

  test('an endpoint goes blue/green, and is switched over', async () => {
    const page = await workbench.open('/endpoints/shop', { scheme: 'dark' });
    await settled(page);
    const dialog = await deployForm(page, 'penguins/1.0.0');
    await dialog.getByText('Blue/green', { exact: true }).click();
    await dialog.getByText('Blue answers: penguins/1.1.0').waitFor();
    // SHOT blue-green
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.getByRole('button', { name: 'Switch to green' }).click();
    await page.getByText('penguins/1.0.0 (green) answers').waitFor();
    await page.getByRole('button', { name: 'Switch to blue' }).click();
    await page.getByText('penguins/1.1.0 (blue) answers').waitFor();
  });

  test('an endpoint becomes an ensemble with limits, and one member stays', async () => {
    const page = await workbench.open('/endpoints/shop', { scheme: 'dark' });
    await settled(page);
    const dialog = await deployForm(page, 'penguins/1.0.0');
    await dialog.getByText('A/B test', { exact: true }).click();
    await dialog.getByText('Smallest difference that matters').waitFor();
    // SHOT ab-dialog
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByText('Ensemble', { exact: true }).click();
    await dialog.getByText('Majority of labels').click();
    // SHOT ensemble-dialog
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Deploy', exact: true }).click();
    await page.getByText('Ensemble: what most members say').waitFor();
    const [answer] = await ask('shop', 1);
    expect(answer).toMatchObject({ arm: 'ensemble', members: [{ arm: 'a' }, { arm: 'b' }] });
    await page.getByRole('button', { name: 'Limits' }).click();
    await dialog.getByLabel('Waiting').fill('5');
    await dialog.getByRole('switch', { name: 'Keep answers' }).click();
    await dialog.getByLabel('Seconds').waitFor();
    // SHOT limits
    expect(await accessibilityFaults(page)).toEqual([]);
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await workbench.client.endpoints.get({ params: { name: 'shop' } })).toMatchObject({
      limits: { maxWaiting: 5, cache: { entries: 1000, seconds: 300 } },
    });
    // SHOT ensemble
    await page.getByRole('button', { name: 'Keep a only' }).click();
    await page.getByRole('button', { name: 'Answer alone' }).click();
    await page.getByText('Ensemble: what').waitFor({ state: 'detached' });
  });

  test('a paused endpoint says so and is deleted after a question', async () => {
    const page = await workbench.open('/endpoints/trial', { scheme: 'dark' });
    await settled(page);
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByText('trial is paused').waitFor();
    await page.goto(`${workbench.url}/endpoints`);
    await page.getByRole('row', { name: /trial.*paused/ }).waitFor();
    // SHOT list
    expect(await accessibilityFaults(page)).toEqual([]);
    await page.getByRole('link', { name: 'trial' }).click();
    await page.getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Delete' }).click();
    await page.getByRole('link', { name: 'trial' }).waitFor({ state: 'detached' });
    await page.getByRole('link', { name: 'shop' }).waitFor();
    expect(workbench.faults()).toEqual([]);
  });
});
