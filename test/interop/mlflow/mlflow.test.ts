import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runFiles } from '../../../engine/training/index.ts';
import { RegisterRequest } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { lateModel } from '../../kit/models/sample-models.ts';
import { newRun } from '../../kit/workspace.ts';
import { newestMlflow, pythonWithMlflow } from '../python.ts';
import { type Case, runScenario } from './scenario.ts';

/** The releases that the real client is tried in: the newest, and the last of 2.x. */
const releases = [
  newestMlflow,
  {
    name: 'mlflow-2',
    // Its span processors lack what later releases of OpenTelemetry call.
    requirements: ['mlflow>=2.22,<3', 'opentelemetry-sdk<1.31'],
    given: process.env.ASSAY_INTEROP_PYTHON_MLFLOW2,
  },
];
const scenarios = ['tracking', 'artifacts', 'models', 'traces', 'ours'];

describe.each(releases)('the real client of $name', ({ name, requirements, given }) => {
  let api: TestApi;
  let python: Awaited<ReturnType<typeof pythonWithMlflow>>;
  const all: Case[] = [];

  beforeAll(async () => {
    python = await pythonWithMlflow(name, requirements, given);
    if ('missing' in python) console.log(`Skipped: no Python with ${requirements[0]}: ${python.missing}`);
    api = await startTestApi({ startJobs: false });
    await registerOwnModel(api);
  });
  afterAll(async () => {
    if (all.length > 0) console.log(summaryOf(name, all));
    await api.close();
  });

  it.each(scenarios)('passes every case of %s', async (scenario) => {
    // Without Python nothing can be said; the line above says so.
    if ('missing' in python) return;
    const cases = await runScenario(python.python, scenario, api);
    for (const each of cases) console.log(lineOf(python.version, each));
    all.push(...cases);
    expect(cases.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
    expect(api.logged().filter((line) => line.includes('"status":500'))).toEqual([]);
  });
});

/** A model such as Assay trains, registered under the name "late". */
async function registerOwnModel({ workspace }: TestApi): Promise<void> {
  const { artifacts, models, tracking } = workspace;
  const { bytes, signature } = lateModel();
  const { id: runId } = await tracking.createRun(newRun({ status: 'finished' }));
  await tracking.attachArtifact(runId, runFiles.model, await artifacts.put(bytes));
  const text = Buffer.from(JSON.stringify(signature));
  await tracking.attachArtifact(runId, runFiles.signature, await artifacts.put(text));
  await models.register('late', RegisterRequest.parse({ runId, aliases: ['champion'] }));
}

function lineOf(version: string, { title, outcome, reason, seconds }: Case): string {
  const detail = outcome === 'passed' ? `${seconds} s` : (reason ?? '');
  return `mlflow ${version}  ${outcome.padEnd(8)}  ${title}  ${outcome === 'failed' ? `\n${detail}` : `(${detail})`}`;
}

function summaryOf(name: string, cases: readonly Case[]): string {
  const count = (wanted: Case['outcome']) => cases.filter(({ outcome }) => outcome === wanted).length;
  return `${name}: ${count('passed')} of ${cases.length} cases passed, ${count('failed')} failed, ${count('left out')} left out`;
}
