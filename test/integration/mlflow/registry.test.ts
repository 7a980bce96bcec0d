import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { RegisterRequest } from '../../../local-api/contract/index.ts';
import { startTestApi, type TestApi } from '../../kit/api.ts';
import { mlflowRest } from '../../kit/mlflow.ts';

let api: TestApi;
let call: ReturnType<typeof mlflowRest>;
beforeAll(async () => {
  api = await startTestApi({ startJobs: false });
  call = mlflowRest(api);
});
afterAll(() => api.close());

const source = 's3://bucket/model';

async function made(name: string, versions = 0): Promise<void> {
  expect((await call('POST', 'registered-models/create', { name })).status).toBe(200);
  for (let i = 0; i < versions; i += 1) {
    const answer = await call('POST', 'model-versions/create', { name, source: `${source}/${i + 1}` });
    expect(answer.status).toBe(200);
  }
}

/** Version numbers in the order of an answer. */
function numbers(answer: { body: Record<string, unknown> }): unknown[] {
  const list = Array.isArray(answer.body.model_versions) ? answer.body.model_versions : [];
  return list.map((version: { version: unknown }) => version.version);
}

describe('registered models', () => {
  it('are made once, described, renamed and deleted', async () => {
    const tags = [
      { key: 'team', value: 'a' },
      { key: 'team', value: 'b' },
    ];
    const made = await call('POST', 'registered-models/create', { name: 'first', tags, description: 'd' });
    expect(made.body.registered_model).toMatchObject({
      name: 'first',
      description: 'd',
      tags: [{ key: 'team', value: 'b' }],
      creation_timestamp: expect.any(Number),
      last_updated_timestamp: expect.any(Number),
    });
    expect(made.body.registered_model).not.toHaveProperty('latest_versions');
    expect(await call('POST', 'registered-models/create', { name: 'first' })).toMatchObject({
      status: 400,
      body: { error_code: 'RESOURCE_ALREADY_EXISTS' },
    });
    await call('PATCH', 'registered-models/update', { name: 'first', description: 'new' });
    const renamed = await call('POST', 'registered-models/rename', { name: 'first', new_name: 'second' });
    expect(renamed.body.registered_model).toMatchObject({ name: 'second', description: 'new' });
    expect(await call('GET', 'registered-models/get', { name: 'first' })).toMatchObject({
      status: 404,
      body: { error_code: 'RESOURCE_DOES_NOT_EXIST' },
    });
    expect(await call('DELETE', 'registered-models/delete', { name: 'second' })).toEqual({
      status: 200,
      body: {},
    });
    expect((await call('DELETE', 'registered-models/delete', { name: 'second' })).status).toBe(404);
  });

  it.each(['', '  ', 'a/b', 'a:b', '..'])('cannot be named %j', async (name) => {
    expect(await call('POST', 'registered-models/create', { name })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
  });

  it('give the latest version of each stage, and aliases with their numbers', async () => {
    await made('staged', 4);
    const move = (version: string, stage: string) =>
      call('POST', 'model-versions/transition-stage', { name: 'staged', version, stage });
    await move('1', 'production');
    await move('2', 'Production');
    await move('3', 'Archived');
    await call('POST', 'registered-models/alias', { name: 'staged', alias: 'champ', version: '2' });
    const { body } = await call('GET', 'registered-models/get', { name: 'staged' });
    expect(body.registered_model).toMatchObject({
      aliases: [{ alias: 'champ', version: '2' }],
      latest_versions: [
        { version: '4', current_stage: 'None', status: 'READY' },
        { version: '2', current_stage: 'Production' },
        { version: '3', current_stage: 'Archived' },
      ],
    });
    const latest = await call('POST', 'registered-models/get-latest-versions', {
      name: 'staged',
      stages: ['production'],
    });
    expect(latest.body.model_versions).toMatchObject([{ version: '2', aliases: ['champ'] }]);
    const wrong = await call('GET', 'registered-models/get-latest-versions', {
      name: 'staged',
      stages: ['Prod', 'None'],
    });
    expect(wrong).toMatchObject({ status: 400, body: { error_code: 'INVALID_PARAMETER_VALUE' } });
  });

  it('are found by name and tags, page by page, without prompts unless asked for', async () => {
    for (const name of ['find-a', 'find-b', 'find-c']) await made(name);
    await call('POST', 'registered-models/set-tag', { name: 'find-b', key: 'my key', value: "it's" });
    await call('POST', 'registered-models/create', {
      name: 'find-prompt',
      tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }],
    });
    const names = async (input: Record<string, unknown>) => {
      const { body } = await call('GET', 'registered-models/search', input);
      const list = Array.isArray(body.registered_models) ? body.registered_models : [];
      return { names: list.map((model: { name: string }) => model.name), token: body.next_page_token };
    };
    const filter = "name LIKE 'find-%'";
    expect(await names({ filter })).toEqual({ names: ['find-a', 'find-b', 'find-c'], token: undefined });
    expect((await names({ filter, order_by: ['name DESC'] })).names).toEqual(['find-c', 'find-b', 'find-a']);
    expect((await names({ filter: `${filter} AND tags.\`my key\` != 'x'` })).names).toEqual(['find-b']);
    const prompts = `${filter} AND tags.\`mlflow.prompt.is_prompt\` = 'true'`;
    expect((await names({ filter: prompts })).names).toEqual(['find-prompt']);
    const models = `${filter} AND tags.\`mlflow.prompt.is_prompt\` != 'true'`;
    expect((await names({ filter: models })).names).toHaveLength(3);
    const paged: string[] = [];
    let token: unknown;
    do {
      const page = await names({
        filter,
        max_results: 1,
        ...(token === undefined ? {} : { page_token: token }),
      });
      paged.push(...page.names);
      token = page.token;
    } while (token !== undefined);
    expect(paged).toEqual(['find-a', 'find-b', 'find-c']);
  });

  it.each([
    { filter: "name = 'a' OR name = 'b'" },
    { filter: 'name = 3' },
    { filter: "creator = 'x'" },
    { order_by: ['description'] },
    { max_results: 1001 },
    { page_token: 'nonsense' },
  ])('refuse the search %j', async (input) => {
    expect(await call('GET', 'registered-models/search', input)).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
  });
});

describe('model versions', () => {
  it('count up and never get a number twice', async () => {
    await made('counted', 2);
    await call('DELETE', 'model-versions/delete', { name: 'counted', version: '2' });
    const again = await call('DELETE', 'model-versions/delete', { name: 'counted', version: '2' });
    expect(again).toMatchObject({ status: 404, body: { error_code: 'RESOURCE_DOES_NOT_EXIST' } });
    const third = await call('POST', 'model-versions/create', {
      name: 'counted',
      source,
      run_link: 'http://x',
    });
    expect(third.body.model_version).toMatchObject({
      version: '3',
      source,
      run_link: 'http://x',
      status: 'READY',
      current_stage: 'None',
    });
  });

  it('need a model that exists and an integer', async () => {
    expect((await call('POST', 'model-versions/create', { name: 'nobody', source })).status).toBe(404);
    await made('strict', 1);
    expect(await call('GET', 'model-versions/get', { name: 'strict', version: 'one' })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
    expect((await call('GET', 'model-versions/get', { name: 'strict', version: '9' })).status).toBe(404);
  });

  it.each([
    '/etc/passwd',
    'file:///etc/passwd',
    'C:/models',
    'mlflow-artifacts:/1/../../secret',
    's3://bucket/%252e%252e/other',
    'models:/nobody/1',
    `models:/m-${'0'.repeat(32)}`,
  ])('cannot come from %s', async (bad) => {
    await call('POST', 'registered-models/create', { name: 'sources' });
    expect(await call('POST', 'model-versions/create', { name: 'sources', source: bad })).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
  });

  it('that copy another one download from where that one is', async () => {
    await made('origin', 1);
    await made('copy');
    await call('POST', 'registered-models/alias', { name: 'origin', alias: '2nd', version: '1' });
    for (const [index, from] of [
      'models:/origin/1',
      'models:/origin@2nd',
      'models:/origin/latest',
    ].entries()) {
      await call('POST', 'model-versions/create', { name: 'copy', source: from });
      const { body } = await call('GET', 'model-versions/get-download-uri', {
        name: 'copy',
        version: String(index + 1),
      });
      expect(body).toEqual({ artifact_uri: `${source}/1` });
    }
  });

  it('move between stages, and archive the others there when asked to', async () => {
    await made('moved', 3);
    const move = (version: string, stage: string, archive_existing_versions: boolean) =>
      call('POST', 'model-versions/transition-stage', {
        name: 'moved',
        version,
        stage,
        archive_existing_versions,
      });
    await move('1', 'Staging', false);
    const second = await move('2', 'Staging', true);
    expect(second.body.model_version).toMatchObject({ current_stage: 'Staging' });
    const first = await call('GET', 'model-versions/get', { name: 'moved', version: '1' });
    expect(first.body.model_version).toMatchObject({ current_stage: 'Archived' });
    expect((await move('3', 'None', true)).status).toBe(400);
    expect((await move('3', 'Nowhere', false)).status).toBe(400);
  });

  it('have tags and aliases; taking away what is not there is fine', async () => {
    await made('tagged', 2);
    const version = { name: 'tagged', version: '1' };
    await call('POST', 'model-versions/set-tag', {
      ...version,
      key: 'a.b "c"'.replaceAll('"', ''),
      value: '',
    });
    await call('POST', 'model-versions/set-tag', { ...version, key: 'k', value: 'v' });
    expect((await call('DELETE', 'model-versions/delete-tag', { ...version, key: 'never' })).status).toBe(
      200,
    );
    expect((await call('GET', 'model-versions/get', version)).body.model_version).toMatchObject({
      tags: [
        { key: 'a.b c', value: '' },
        { key: 'k', value: 'v' },
      ],
    });
    for (const alias of ['champ', 'champ']) {
      await call('POST', 'registered-models/alias', { ...version, alias });
    }
    await call('POST', 'registered-models/alias', { name: 'tagged', alias: 'champ', version: '2' });
    const byAlias = (alias: string) => call('GET', 'registered-models/alias', { name: 'tagged', alias });
    expect((await byAlias('champ')).body.model_version).toMatchObject({ version: '2', aliases: ['champ'] });
    expect((await byAlias('latest')).body.model_version).toMatchObject({ version: '2' });
    expect(await byAlias('nobody')).toMatchObject({
      status: 400,
      body: { error_code: 'INVALID_PARAMETER_VALUE' },
    });
    for (const reserved of ['latest', 'Latest', 'v1', 'bad name']) {
      const answer = await call('POST', 'registered-models/alias', { ...version, alias: reserved });
      expect(answer.status).toBe(400);
    }
    expect((await call('DELETE', 'registered-models/alias', { name: 'tagged', alias: 'never' })).status).toBe(
      200,
    );
  });

  it('are found by what they have, newest change first', async () => {
    await made('searched', 3);
    await call('POST', 'model-versions/set-tag', { name: 'searched', version: '2', key: 't', value: 'Yes' });
    const search = (input: Record<string, unknown>) => call('GET', 'model-versions/search', input);
    const name = "name = 'searched'";
    expect(numbers(await search({ filter: name }))).toEqual(['3', '2', '1']);
    expect(numbers(await search({ filter: `${name} and version_number >= 2` }))).toEqual(['3', '2']);
    expect(numbers(await search({ filter: `${name} and tags.t ILIKE 'y%'` }))).toEqual(['2']);
    expect(numbers(await search({ filter: `source_path = '${source}/1' and ${name}` }))).toEqual(['1']);
    expect(numbers(await search({ filter: name, order_by: ['version_number'] }))).toEqual(['1', '2', '3']);
    expect(numbers(await search({ filter: "run_id IN ('nobody')" }))).toEqual([]);
    const first = await search({ filter: name, max_results: 2 });
    const rest = await search({ filter: name, max_results: 2, page_token: first.body.next_page_token });
    expect([...numbers(first), ...numbers(rest)]).toEqual(['3', '2', '1']);
  });
});

describe('one registry', () => {
  it("shows what MLflow's clients register in Assay, with a version of ours beside their number", async () => {
    await made('shared', 2);
    await call('POST', 'model-versions/transition-stage', {
      name: 'shared',
      version: '1',
      stage: 'archived',
    });
    const { items } = await api.client.models.versions({ params: { model: 'shared' }, query: {} });
    expect(items).toMatchObject([
      { version: '1.1.0', number: 2, digest: null, signature: null, source: `${source}/2`, stage: 'none' },
      { version: '1.0.0', number: 1, status: 'archived', stage: 'archived' },
    ]);
    await expect(
      api.client.predictions.predict({ body: { model: 'shared', rows: [{}] } }),
    ).rejects.toMatchObject({ code: 'models/no-onnx' });
    await api.client.models.setAlias({
      params: { model: 'shared', alias: 'ours' },
      body: { version: '1.1.0' },
    });
    const { body } = await call('GET', 'registered-models/alias', { name: 'shared', alias: 'ours' });
    expect(body.model_version).toMatchObject({ version: '2' });
  });

  it('hides prompts among the models of Assay', async () => {
    await call('POST', 'registered-models/create', {
      name: 'a-prompt',
      tags: [{ key: 'mlflow.prompt.is_prompt', value: 'true' }],
    });
    const shown = await api.client.models.list({ query: { limit: 1000 } });
    expect(shown.items.map(({ name }) => name)).not.toContain('a-prompt');
    const prompts = await api.client.models.list({ query: { filter: "kind = 'prompt'" } });
    expect(prompts.items.map(({ name }) => name)).toContain('a-prompt');
    expect(RegisterRequest.safeParse({ runId: 'x', aliases: ['2nd'] }).success).toBe(true);
  });
});
