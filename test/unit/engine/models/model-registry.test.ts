import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ListQuery,
  RegisterRequest,
  type RegisterRequestInput,
} from '../../../../local-api/contract/index.ts';
import {
  type ModelRegistryFixture,
  modelRegistryFixture,
} from '../../../kit/models/model-registry-fixture.ts';
import { lateModel } from '../../../kit/models/sample-models.ts';

let fixture: ModelRegistryFixture;
const { bytes: model, signature } = lateModel();

beforeEach(async () => {
  fixture = await modelRegistryFixture();
});
afterEach(() => fixture.close());

async function register(name: string, request: Partial<RegisterRequestInput> = {}) {
  const runId = request.runId ?? (await fixture.trainedRun({ model, signature, card: '# Late' }));
  return fixture.registry.register(name, RegisterRequest.parse({ ...request, runId }));
}

describe('register', () => {
  test('makes the model, version 1.0.0 and its aliases from what the run holds', async () => {
    const runId = await fixture.trainedRun({
      model,
      signature,
      card: '# Late',
      evaluation: { task: 'classification', metrics: { auc: 0.71, broken: null } },
    });
    const version = await register('late-flights', { runId, aliases: ['champion'], tags: { team: 'ops' } });
    expect(version).toMatchObject({
      model: 'late-flights',
      version: '1.0.0',
      number: 1,
      status: 'ready',
      runId,
      trainer: 'linear',
      signature,
      metrics: { auc: 0.71 },
      card: '# Late',
      aliases: ['champion'],
      tags: { team: 'ops' },
      sizeBytes: model.byteLength,
    });
    expect(await fixture.registry.get('late-flights')).toMatchObject({
      versions: 1,
      aliases: { champion: '1.0.0' },
      latest: { version: '1.0.0' },
    });
    expect(fixture.events.filter(({ type }) => type === 'model.changed')).toMatchObject([
      { data: { model: 'late-flights', version: '1.0.0', change: 'created' } },
    ]);
  });

  test('counts one minor up for the same signature and one major up for another', async () => {
    await register('late');
    expect(await register('late')).toMatchObject({ version: '1.1.0', number: 2 });
    const input = { name: 'x', type: 'float' as const, nullable: true, examples: [9] };
    const sameCallers = { ...signature, inputs: [input] };
    const same = await fixture.trainedRun({ model, signature: sameCallers });
    expect(await register('late', { runId: same })).toMatchObject({ version: '1.2.0' });
    const renamed = await fixture.trainedRun({ model, signature: { ...signature, target: 'delayed' } });
    expect(await register('late', { runId: renamed })).toMatchObject({ version: '2.0.0', number: 4 });
  });

  test('takes the version asked for once, and goes on from the highest', async () => {
    expect(await register('late', { version: '3.1.4' })).toMatchObject({ version: '3.1.4' });
    await expect(register('late', { version: '3.1.4' })).rejects.toMatchObject({
      code: 'models/version-taken',
    });
    expect(await register('late', { version: '1.0.0' })).toMatchObject({ version: '1.0.0', number: 2 });
    expect(await register('late')).toMatchObject({ version: '3.2.0', number: 3 });
  });

  test('gives concurrent registrations versions of their own', async () => {
    const versions = await Promise.all(Array.from({ length: 5 }, () => register('late')));
    expect(versions.map(({ version }) => version).sort()).toEqual([
      '1.0.0',
      '1.1.0',
      '1.2.0',
      '1.3.0',
      '1.4.0',
    ]);
  });

  test('keeps the last finite metrics of a run without an evaluation', async () => {
    const runId = await fixture.trainedRun({ model, signature });
    await fixture.tracking.log(runId, {
      metrics: [
        { key: 'auc', value: 0.5, step: 0 },
        { key: 'auc', value: 0.6, step: 1 },
        { key: 'loss', value: 'NaN', step: 0 },
      ],
      params: {},
      tags: {},
    });
    expect((await register('late', { runId })).metrics).toEqual({ auc: 0.6 });
  });

  test('models/run-has-no-model names what the run lacks', async () => {
    const empty = await fixture.trainedRun({});
    await expect(register('late', { runId: empty })).rejects.toMatchObject({
      code: 'models/run-has-no-model',
      message: expect.stringContaining('model/model.onnx'),
    });
    const unsigned = await fixture.trainedRun({ model });
    await expect(register('late', { runId: unsigned })).rejects.toThrow('model/signature.json');
    await expect(fixture.registry.get('late')).rejects.toMatchObject({ code: 'models/not-found' });
  });

  test('models/invalid-onnx for a file that is no model, or one that does not take the signature', async () => {
    const broken = await fixture.trainedRun({ model: Uint8Array.of(1, 2, 3), signature });
    await expect(register('late', { runId: broken })).rejects.toMatchObject({ code: 'models/invalid-onnx' });
    const inputs = [{ name: 'y', type: 'float' as const, nullable: false, examples: [] }];
    const other = await fixture.trainedRun({ model, signature: { ...signature, inputs } });
    await expect(register('late', { runId: other })).rejects.toMatchObject({ code: 'models/invalid-onnx' });
  });

  test('runs/not-found and request/invalid for what cannot be', async () => {
    await expect(register('late', { runId: 'f'.repeat(32) })).rejects.toMatchObject({
      code: 'runs/not-found',
    });
    await expect(register('../late')).rejects.toMatchObject({ code: 'request/invalid' });
  });
});

describe('finding a version', () => {
  beforeEach(async () => {
    await register('late', { aliases: ['champion'] });
    await register('late');
  });

  test('works by number, by alias, and by name alone for the newest that is not archived', async () => {
    const { registry } = fixture;
    expect(await registry.resolve('late/1.0.0')).toMatchObject({ version: '1.0.0', aliases: ['champion'] });
    expect(await registry.resolve('late@champion')).toMatchObject({ version: '1.0.0' });
    expect(await registry.resolve('late')).toMatchObject({ version: '1.1.0' });
    expect(await registry.getVersion('late', '@champion')).toMatchObject({ version: '1.0.0' });
    await registry.updateVersion('late', '1.1.0', { status: 'archived' });
    expect(await registry.resolve('late')).toMatchObject({ version: '1.0.0' });
    expect(await registry.resolve('late/1.1.0')).toMatchObject({ status: 'archived' });
  });

  test('follows every change at once', async () => {
    const { registry } = fixture;
    expect(await registry.resolve('late@champion')).toMatchObject({ version: '1.0.0', description: '' });
    await registry.updateVersion('late', '1.0.0', { description: 'better' });
    expect(await registry.resolve('late@champion')).toMatchObject({ description: 'better' });
    await registry.setAlias('late', 'champion', '1.1.0');
    expect(await registry.resolve('late@champion')).toMatchObject({ version: '1.1.0' });
    expect(await registry.resolve('late')).toMatchObject({ version: '1.1.0' });
    await registry.deleteVersion('late', '1.1.0');
    expect(await registry.resolve('late')).toMatchObject({ version: '1.0.0' });
    await expect(registry.resolve('late@champion')).rejects.toMatchObject({ code: 'models/alias-not-found' });
    await register('late');
    expect(await registry.resolve('late')).toMatchObject({ version: '1.1.0', number: 3 });
    await registry.delete('late');
    await expect(registry.resolve('late')).rejects.toMatchObject({ code: 'models/not-found' });
  });

  test('that is not there says what there is', async () => {
    const { registry } = fixture;
    await expect(registry.resolve('lat')).rejects.toMatchObject({
      code: 'models/not-found',
      message: expect.stringContaining('did you mean late'),
    });
    await expect(registry.resolve('late/9.0.0')).rejects.toMatchObject({
      code: 'models/version-not-found',
      message: expect.stringContaining('1.1.0, 1.0.0'),
    });
    await expect(registry.resolve('late@champoin')).rejects.toMatchObject({
      code: 'models/alias-not-found',
      message: expect.stringContaining('champion'),
    });
    await registry.create({ name: 'empty' });
    await expect(registry.resolve('empty')).rejects.toMatchObject({ code: 'models/version-not-found' });
  });
});

describe('changing', () => {
  test('an alias moves from one version to the other and can be taken away', async () => {
    const { registry } = fixture;
    await register('late', { aliases: ['champion'] });
    await register('late');
    expect(await registry.setAlias('late', 'champion', '1.1.0')).toMatchObject({
      aliases: { champion: '1.1.0' },
    });
    expect(await registry.getVersion('late', '1.0.0')).toMatchObject({ aliases: [] });
    await registry.deleteAlias('late', 'champion');
    expect(await registry.get('late')).toMatchObject({ aliases: {} });
    await expect(registry.deleteAlias('late', 'champion')).rejects.toMatchObject({
      code: 'models/alias-not-found',
    });
    await expect(registry.setAlias('late', 'v1', '1.0.0')).rejects.toMatchObject({ code: 'request/invalid' });
  });

  test('description, tags, card and status are kept; what is left out stays', async () => {
    const { registry } = fixture;
    await register('late', { description: 'first', tags: { a: '1' } });
    await registry.updateVersion('late', '1.0.0', { card: '# New' });
    expect(await registry.getVersion('late', '1.0.0')).toMatchObject({
      card: '# New',
      description: 'first',
      tags: { a: '1' },
    });
    await registry.update('late', { description: 'all', tags: { b: '2' } });
    expect(await registry.get('late')).toMatchObject({ description: 'all', tags: { b: '2' } });
    await expect(registry.create({ name: 'late' })).rejects.toMatchObject({ code: 'models/name-taken' });
  });

  test('deleting a version takes its aliases along; deleting a model takes all', async () => {
    const { registry } = fixture;
    await register('late', { aliases: ['champion'] });
    await register('late', { aliases: ['candidate'] });
    await registry.deleteVersion('late', '@champion');
    expect(await registry.get('late')).toMatchObject({ versions: 1, aliases: { candidate: '1.1.0' } });
    await registry.delete('late');
    await expect(registry.get('late')).rejects.toMatchObject({ code: 'models/not-found' });
  });

  test('the file of a registered model survives garbage collection when its run does not name it', async () => {
    const version = await register('late');
    await fixture.store.db.deleteFrom('run_artifacts').execute();
    await fixture.artifacts.collectGarbage({ graceMs: 0 });
    expect((await fixture.artifacts.read(version.digest ?? '')).equals(model)).toBe(true);
  });
});

describe("a copy for MLflow's clients", () => {
  test('holds an MLmodel beside the ONNX file, and goes with the version', async () => {
    const version = await register('late');
    const location = await fixture.registry.storageLocation('late', '1.0.0');
    const folder = location.replace(/^mlflow-artifacts:\//, '');
    const names = async () =>
      (await fixture.tracking.listFiles(folder)).map(({ path }) => path.split('/').at(-1));
    expect(await names()).toEqual(expect.arrayContaining(['MLmodel', 'model.onnx', 'requirements.txt']));
    expect(await fixture.tracking.findFile(`${folder}/model.onnx`)).toMatchObject({ digest: version.digest });
    await fixture.registry.deleteVersion('late', 1);
    expect(await names()).toEqual([]);
  });
});

describe('listing', () => {
  test('filters, sorts and pages models and versions', async () => {
    const { registry } = fixture;
    for (const name of ['a', 'b', 'c']) await register(name, { tags: { kind: name } });
    await register('a');
    const names = async (query: object) =>
      (await registry.list(ListQuery.parse(query))).items.map(({ name }) => name);
    expect(await names({})).toEqual(['a', 'c', 'b']);
    expect(await names({ filter: 'versions > 1' })).toEqual(['a']);
    const first = await registry.list(ListQuery.parse({ sort: 'name', limit: 2 }));
    expect(first.items[0]?.latest?.version).toBe('1.1.0');
    expect(first.nextCursor).not.toBeNull();
    expect(await names({ sort: 'name', limit: 2, cursor: first.nextCursor ?? '' })).toEqual(['c']);
    const versions = await registry.listVersions('a', ListQuery.parse({ filter: "tags.kind = 'a'" }));
    expect(versions.items.map(({ version }) => version)).toEqual(['1.0.0']);
    expect((await registry.listVersions('a', ListQuery.parse({}))).items.map(({ number }) => number)).toEqual(
      [2, 1],
    );
    const metricsOf = async (name: string, auc: number) => {
      const runId = await fixture.trainedRun({ model, signature, evaluation: { metrics: { auc } } });
      await registry.register(name, RegisterRequest.parse({ runId, aliases: ['champion'] }));
    };
    await metricsOf('b', 0.9);
    await metricsOf('b', 0.7);
    await metricsOf('c', 0.8);
    expect(await names({ filter: 'metrics.auc > 0.75' })).toEqual(['c']);
    expect(await names({ filter: "trainer = 'linear' and metrics.auc < 0.75" })).toEqual(['b']);
    expect(await names({ filter: "aliases.champion = '1.2.0'" })).toEqual(['b']);
    expect(await names({ filter: 'metrics.auc > 0', sort: '-metrics.auc' })).toEqual(['c', 'b']);
    expect(await names({ filter: "tags.kind = 'a'" })).toEqual([]);
    await expect(registry.list(ListQuery.parse({ filter: 'nam = 1' }))).rejects.toMatchObject({
      code: 'request/bad-filter',
    });
  });
});
