import { spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { gatesText, workflowText } from '../../../../../engine/remotes/git/workflow.ts';
import { tempFolder } from '../../../../kit/temp-folder.ts';

const Step = z.object({
  name: z.string().optional(),
  uses: z.string().optional(),
  run: z.string().optional(),
});
const Workflow = z.object({
  on: z.object({ push: z.object({ tags: z.array(z.string()) }) }),
  permissions: z.record(z.string(), z.string()),
  jobs: z.record(z.string(), z.object({ needs: z.array(z.string()).optional(), steps: z.array(Step) })),
});
const workflow = Workflow.parse(parse(workflowText('models')));

test('runs for tags of versions, and may write only where it makes the release', () => {
  expect(workflow.on.push.tags).toEqual(['*@v*']);
  expect(workflow.permissions).toEqual({ contents: 'read' });
  expect(workflow.jobs.release?.needs).toEqual(['gates', 'test']);
});

test('has no name of a tag in a script', () => {
  const scripts = Object.values(workflow.jobs).flatMap(({ steps }) => steps.map(({ run = '' }) => run));
  expect(scripts.filter((script) => script.includes('${{'))).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('its gates, run as they are written', () => {
  const gate = (gates: string) => {
    const root = tempFolder();
    const model = join(root, 'models', 'late-flights');
    mkdirSync(model, { recursive: true });
    writeFileSync(join(model, 'assay-version.json'), JSON.stringify({ run: { metrics: { auc: 0.75 } } }));
    writeFileSync(join(model, 'gates.json'), gates);
    const env = join(root, 'env');
    const [which = '', limits = ''] = (workflow.jobs.gates?.steps ?? []).flatMap(({ run }) => run ?? []);
    const script = `set -e\n${which}\n. "$GITHUB_ENV"; export MODEL_DIR\n${limits}`;
    const { status, stdout } = spawnSync('bash', ['-c', script], {
      cwd: root,
      env: {
        PATH: process.env.PATH,
        GITHUB_ENV: env,
        GITHUB_REF_NAME: 'late-flights@v1.0.0+2',
        RUNNER_TEMP: root,
      },
      encoding: 'utf8',
    });
    return { status, said: stdout.trim() };
  };

  test.each([
    [gatesText, 0, 'No limits are set in gates.json.'],
    ['{"metrics":{"auc":{"min":0.7,"max":0.9}}}', 0, 'holds: auc is 0.75, limits 0.7 to 0.9'],
    ['{"metrics":{"auc":{"min":0.8}}}', 1, 'FAILS: auc is 0.75, limits 0.8 to Infinity'],
    ['{"metrics":{"f1":{"min":0.8}}}', 1, 'FAILS: f1 is undefined, limits 0.8 to Infinity'],
  ])('%s ends with %i', (gates, status, said) => {
    expect(gate(gates)).toEqual({ status, said });
  });
});
