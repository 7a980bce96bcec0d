import { spawn, spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ModelVersion, Signature } from '../../../local-api/contract/index.ts';
import { type Protocol, protocols } from '../../../renderer/features/model-landing/requests.ts';
import { type Language, languages, snippetOf } from '../../../renderer/features/model-landing/snippets.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { registerModel } from '../../kit/models/register-model.ts';
import { echoModel, flightInputs, regressionSignature } from '../../kit/models/sample-models.ts';

let api: TestApi;
let dir: string;
let version: ModelVersion;
const signature: Signature = regressionSignature(flightInputs);
const endpoint = 'flights';

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'assay-snippets-'));
  api = await startTestApi({ startJobs: false });
  const model = { bytes: echoModel(flightInputs), signature };
  version = await registerModel(api.workspace, 'night flights', model, { aliases: ['champion'] });
  await api.client.endpoints.create({
    body: { name: endpoint, route: { kind: 'single', ref: `${version.model}@champion` } },
  });
});
afterAll(async () => {
  await api.close();
  await rm(dir, { recursive: true, force: true });
});

type Tool = { program: string; file: string; args(path: string): string[] };
const tools: Record<Language, Tool> = {
  curl: { program: 'sh', file: 'call.sh', args: (path) => [path] },
  python: { program: 'python3', file: 'call.py', args: (path) => [path] },
  typescript: { program: process.execPath, file: 'call.ts', args: (path) => [path] },
  go: { program: 'go', file: 'call.go', args: (path) => ['run', path] },
};
const isThere = ({ program }: Tool) => spawnSync(program, ['--help']).error === undefined;

/** The answer to a row: 300 + 0.5 + what the origin stands for + 7 + 1. */
const answers: Record<Protocol, object> = {
  assay: { value: [1308.5] },
  kserve: { outputs: [{ data: [1308.5] }] },
  mlflow: { predictions: [{ value: 1308.5 }] },
};
const row = { distance: 300, delay: 0.5, origin: 'ATL', date: '1970-01-01T00:00:00.007Z', cargo: true };

/** Go's own packages are compiled before the first snippet: without inlining and C in two thirds of the time, and kept for the next run. */
const quickGo = { GOFLAGS: '-mod=mod -gcflags=all=-l', CGO_ENABLED: '0' };

function run({ program, args }: Tool, path: string): Promise<string> {
  const env = { ...process.env, ASSAY_TOKEN: api.token, ...quickGo };
  const child = spawn(program, args(path), { env, stdio: ['ignore', 'pipe', 'pipe'] });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
  });
  let faults = '';
  child.stderr.on('data', (chunk: Buffer) => {
    faults += chunk.toString();
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code) => (code === 0 ? resolve(output) : reject(new Error(faults))));
  });
}

describe.each(languages)('the snippet in $label', ({ id }) => {
  const tool = tools[id];
  const isMissing = !isThere(tool);
  if (isMissing) console.log(`Skipped: ${tool.program} is not on this machine.`);

  test.skipIf(isMissing).each(protocols)('gives the prediction over $label', async ({ id: protocol }) => {
    for (const model of [`${version.model}@champion`, `${version.model}/${version.version}`]) {
      const path = join(dir, tool.file);
      await writeFile(path, snippetOf({ origin: api.url, model, signature, row }, protocol, id));
      expect(JSON.parse(await run(tool, path))).toMatchObject(answers[protocol]);
      // Compiling once is enough to see that the code is right.
      if (id === 'go') break;
    }
  });

  // Compiling again would show nothing new: the code is that of a model with another address.
  if (id !== 'go')
    test.skipIf(isMissing).each(protocols)(
      'gives the prediction of an endpoint over $label',
      async ({ id: protocol }) => {
        const path = join(dir, tool.file);
        const prediction = { origin: api.url, model: endpoint, isEndpoint: true, signature, row };
        await writeFile(path, snippetOf(prediction, protocol, id));
        expect(JSON.parse(await run(tool, path))).toMatchObject(answers[protocol]);
      },
    );

  test('keeps the token out, and quotes what is in the values', () => {
    const awkward = { ...row, origin: `O'Hare "\`$HOME\` \\` };
    for (const { id: protocol } of protocols) {
      const code = snippetOf({ origin: api.url, model: 'm', signature, row: awkward }, protocol, id);
      expect(code).toContain('ASSAY_TOKEN');
      expect(code).not.toContain(api.token);
    }
  });
});

test('values with quotes reach the server as they are', async () => {
  const awkward = { ...row, origin: `O'Hare "\`$HOME\` \\` };
  const code = snippetOf({ origin: api.url, model: 'm', signature, row: awkward }, 'assay', 'curl');
  const { stdout } = spawnSync('sh', ['-c', `printf %s ${code.slice(code.indexOf('-d ') + 3)}`], {
    encoding: 'utf8',
  });
  expect(JSON.parse(stdout)).toEqual({ model: 'm', rows: [awkward] });
});
