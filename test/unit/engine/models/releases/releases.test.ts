import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import {
  ApprovalRequest,
  DeprecateRequest,
  ListQuery,
  PromoteRequest,
  RollbackRequest,
} from '../../../../../local-api/contract/index.ts';
import { type ReleaseFixture, releaseFixture } from '../../../../kit/models/release-fixture.ts';

let fixture: ReleaseFixture;

beforeEach(async () => {
  fixture = await releaseFixture();
});
afterEach(() => fixture.close());

const promote = (version: string, environment: string, more: object = {}) =>
  fixture.releases.promote('late', PromoteRequest.parse({ version, environment, actor: 'ana', ...more }));
const rollback = (environment: string, more: object = {}) =>
  fixture.releases.rollback(
    'late',
    RollbackRequest.parse({ environment, reason: 'it was slow', actor: 'ana', ...more }),
  );
const stateOf = async (environment: string) =>
  (await fixture.releases.board('late')).find((state) => state.environment === environment);
const history = async () => (await fixture.releases.history('late', ListQuery.parse({}))).items;

describe('promote', () => {
  test('brings the version, its alias and its stage in MLflow, and writes the line of the history', async () => {
    await fixture.version();
    const told = await promote('1.0.0', 'production', { reason: 'ready' });
    expect(told).toMatchObject({
      kind: 'promote',
      version: '1.0.0',
      from: null,
      actor: 'ana',
      reason: 'ready',
    });
    const version = await fixture.registry.getVersion('late', '@production');
    expect(version).toMatchObject({ version: '1.0.0', stage: 'production', aliases: ['production'] });
    expect(await stateOf('production')).toMatchObject({ version: '1.0.0', rollbackTo: null });
    expect(await history()).toEqual([told]);
    expect(fixture.events).toContainEqual({
      type: 'release.changed',
      data: { model: 'late', version: '1.0.0', environment: 'production', change: 'promote' },
    });
  });

  test('sends the version before back to the stage of where it still is', async () => {
    await fixture.version();
    await fixture.version();
    await promote('1.0.0', 'staging');
    await promote('1.0.0', 'production');
    expect(await fixture.registry.getVersion('late', '1.0.0')).toMatchObject({ stage: 'production' });
    await promote('1.1.0', 'production');
    expect(await fixture.registry.getVersion('late', '1.0.0')).toMatchObject({
      stage: 'staging',
      aliases: ['staging'],
    });
    await promote('1.1.0', 'staging');
    expect(await fixture.registry.getVersion('late', '1.0.0')).toMatchObject({ stage: 'none', aliases: [] });
  });

  test('ends what was remembered of the alias: the next prediction asks the new version', async () => {
    await fixture.version();
    await fixture.version();
    await promote('1.0.0', 'production');
    expect(await fixture.registry.resolve('late@production')).toMatchObject({ version: '1.0.0' });
    await promote('1.1.0', 'production');
    expect(await fixture.registry.resolve('late@production')).toMatchObject({ version: '1.1.0' });
  });

  test('moves the champion when the policy says so', async () => {
    await fixture.version();
    await fixture.policy('production', { champion: true });
    await promote('1.0.0', 'production');
    expect(await fixture.registry.getVersion('late', '@champion')).toMatchObject({ version: '1.0.0' });
  });

  test.each([
    ['an environment that there is not', { environment: 'prod' }, 'releases/environment-not-found'],
    ['a version that there is not', { version: '9.0.0' }, 'models/version-not-found'],
    ['what is there already', {}, 'releases/already-there'],
    [
      'an environment that changed meanwhile',
      { version: '1.1.0', expectedCurrent: null },
      'releases/changed',
    ],
  ])('refuses %s', async (_name, change, code) => {
    await fixture.version();
    await fixture.version();
    await promote('1.0.0', 'production');
    await expect(promote('1.0.0', 'production', change)).rejects.toMatchObject({ code });
    expect(await history()).toHaveLength(1);
  });

  test('of several people at once gives one unbroken chain', async () => {
    for (let i = 0; i < 6; i++) await fixture.version();
    const versions = ['1.0.0', '1.1.0', '1.2.0', '1.3.0', '1.4.0', '1.5.0'];
    await Promise.all(versions.map((version) => promote(version, 'production')));
    const lines = (await history()).reverse();
    expect(lines).toHaveLength(6);
    lines.forEach((line, i) => {
      expect(line.from).toBe(lines[i - 1]?.version ?? null);
    });
    const last = lines.at(-1)?.version;
    expect(await stateOf('production')).toMatchObject({ version: last });
    expect(await fixture.registry.getVersion('late', '@production')).toMatchObject({ version: last });
  });

  test('of several people who all expect the same gives one winner', async () => {
    for (let i = 0; i < 4; i++) await fixture.version();
    await promote('1.0.0', 'production');
    const settled = await Promise.allSettled(
      ['1.1.0', '1.2.0', '1.3.0'].map((version) =>
        promote(version, 'production', { expectedCurrent: '1.0.0' }),
      ),
    );
    expect(settled.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    for (const one of settled)
      if (one.status === 'rejected') expect(one.reason).toMatchObject({ code: 'releases/changed' });
  });
});

describe('rollback', () => {
  test('brings back the version before, and the one before that the next time', async () => {
    for (let i = 0; i < 3; i++) await fixture.version();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await promote(version, 'production');
    expect(await stateOf('production')).toMatchObject({ rollbackTo: '1.1.0' });
    const told = await rollback('production');
    expect(told).toMatchObject({ kind: 'rollback', version: '1.1.0', from: '1.2.0', reason: 'it was slow' });
    expect(await rollback('production')).toMatchObject({ version: '1.0.0', from: '1.1.0' });
    await expect(rollback('production')).rejects.toMatchObject({ code: 'releases/nothing-before' });
    expect(await fixture.registry.getVersion('late', '@production')).toMatchObject({ version: '1.0.0' });
  });

  test('skips versions that are archived or gone', async () => {
    for (let i = 0; i < 4; i++) await fixture.version();
    for (const version of ['1.0.0', '1.1.0', '1.2.0', '1.3.0']) await promote(version, 'production');
    await fixture.registry.updateVersion('late', '1.2.0', { status: 'archived' });
    await fixture.registry.deleteVersion('late', '1.1.0');
    expect(await rollback('production')).toMatchObject({ version: '1.0.0', from: '1.3.0' });
  });

  test('goes to the version that is asked for', async () => {
    for (let i = 0; i < 3; i++) await fixture.version();
    for (const version of ['1.0.0', '1.1.0', '1.2.0']) await promote(version, 'production');
    expect(await rollback('production', { to: '1.0.0' })).toMatchObject({ version: '1.0.0' });
  });
});

describe('what is in an environment', () => {
  beforeEach(async () => {
    await fixture.version();
    await fixture.version();
    await promote('1.0.0', 'production');
  });

  test('is not deleted or archived', async () => {
    const { registry } = fixture;
    await expect(registry.deleteVersion('late', '1.0.0')).rejects.toMatchObject({
      code: 'models/version-in-use',
    });
    await expect(registry.updateVersion('late', '1.0.0', { status: 'archived' })).rejects.toMatchObject({
      code: 'models/version-in-use',
    });
  });

  test('does not change by its alias or by MLflow’s stage', async () => {
    const { registry } = fixture;
    await expect(registry.setAlias('late', 'production', '1.1.0')).rejects.toMatchObject({
      code: 'models/alias-of-environment',
    });
    await expect(registry.deleteAlias('late', 'production')).rejects.toMatchObject({
      code: 'models/alias-of-environment',
    });
    await expect(
      registry.setStage('late', '1.1.0', 'production', { archiveOthers: true }),
    ).rejects.toMatchObject({ code: 'models/stage-of-environment' });
  });

  test('can be taken out, and can be deleted then', async () => {
    await fixture.releases.withdraw('late', { environment: 'production', reason: 'no longer wanted' });
    expect(await stateOf('production')).toMatchObject({ version: null, rollbackTo: null });
    expect(await fixture.registry.getVersion('late', '1.0.0')).toMatchObject({ stage: 'none', aliases: [] });
    await fixture.registry.deleteVersion('late', '1.0.0');
    expect((await history()).map(({ kind }) => kind)).toEqual(['withdraw', 'promote']);
  });

  test('goes with its model', async () => {
    await fixture.registry.delete('late');
    await expect(fixture.releases.board('late')).rejects.toMatchObject({ code: 'models/not-found' });
  });
});

describe('the history', () => {
  test('cannot be changed afterwards', async () => {
    await fixture.version();
    await promote('1.0.0', 'dev');
    const rewrite = fixture.store.db.updateTable('release_transitions').set({ actor: 'someone' }).execute();
    await expect(rewrite).rejects.toThrow(/not changed/);
  });

  test('is filtered and sorted like every list', async () => {
    await fixture.version();
    await promote('1.0.0', 'dev');
    await promote('1.0.0', 'test');
    const query = ListQuery.parse({ filter: "environment = 'test'" });
    expect((await fixture.releases.history('late', query)).items).toMatchObject([{ environment: 'test' }]);
  });
});

describe('deprecation', () => {
  test('says since when, until when, why and what to use instead', async () => {
    await fixture.version();
    await fixture.version();
    const request = { reason: 'too old', fromMs: 1000, sunsetMs: 5000, replacement: '1.1.0', actor: 'ana' };
    await fixture.releases.deprecate('late', '1.0.0', DeprecateRequest.parse(request));
    const { deprecation } = await fixture.registry.getVersion('late', '1.0.0');
    expect(deprecation).toEqual({ fromMs: 1000, sunsetMs: 5000, reason: 'too old', replacement: '1.1.0' });
    await fixture.releases.undeprecate('late', '1.0.0');
    expect((await fixture.registry.getVersion('late', '1.0.0')).deprecation).toBeNull();
    expect((await history()).map(({ kind }) => kind)).toEqual(['undeprecate', 'deprecate']);
  });

  test('names no replacement that is not there', async () => {
    await fixture.version();
    const request = DeprecateRequest.parse({ reason: 'too old', replacement: '4.0.0' });
    await expect(fixture.releases.deprecate('late', '1.0.0', request)).rejects.toMatchObject({
      code: 'models/version-not-found',
    });
  });
});

describe('gates', () => {
  const approve = (version: string, actor: string, decision = 'approve') =>
    fixture.releases.approve(
      'late',
      ApprovalRequest.parse({ version, environment: 'production', actor, decision }),
    );

  test('that fail stop a promotion, which lists them all', async () => {
    await fixture.version();
    await fixture.policy('production', {
      gates: [
        { kind: 'metric', metric: 'accuracy', min: 0.95 },
        { kind: 'size', maxBytes: 10 },
        { kind: 'latency', p95Ms: 10_000 },
        { kind: 'environment', environment: 'staging' },
      ],
    });
    await expect(promote('1.0.0', 'production')).rejects.toMatchObject({
      code: 'releases/gates-failed',
      problems: [
        { path: '/gates/0', message: 'Metric accuracy: accuracy is 0.9; asked for: at least 0.95.' },
        { path: '/gates/1', expected: 'at most 0.01 kB' },
        { path: '/gates/3', message: 'Was in staging: It has never been promoted to staging.' },
      ],
    });
    expect(await history()).toEqual([]);
    const [report] = (await fixture.releases.gateReports('late', ListQuery.parse({}))).items;
    expect(report).toMatchObject({ passed: false, failed: 3, total: 4, version: '1.0.0', champion: null });
  });

  test('are overridden with a reason, which the history keeps', async () => {
    await fixture.version();
    await fixture.policy('production', { gates: [{ kind: 'metric', metric: 'accuracy', min: 0.95 }] });
    const told = await promote('1.0.0', 'production', { override: { reason: 'the old one is down' } });
    expect(told).toMatchObject({ overrideReason: 'the old one is down' });
    expect(await fixture.releases.gateReport(told.gateReportId ?? '')).toMatchObject({ passed: false });
  });

  test('that pass leave no override in the history', async () => {
    await fixture.version();
    await fixture.policy('production', { gates: [{ kind: 'metric', metric: 'accuracy', min: 0.5 }] });
    const told = await promote('1.0.0', 'production', { override: { reason: 'whatever' } });
    expect(told).toMatchObject({ overrideReason: null, gateReportId: expect.stringMatching(/^gat_/) });
  });

  test('are judged once as long as nothing changes, and anew when an approval comes', async () => {
    await fixture.version();
    await fixture.policy('production', {
      gates: [{ kind: 'approvals', count: 2, by: ['ana', 'ben', 'cem'] }],
    });
    await approve('1.0.0', 'ana');
    await approve('1.0.0', 'dan');
    const reports = async () => (await fixture.releases.gateReports('late', ListQuery.parse({}))).items;
    for (let i = 0; i < 2; i++) {
      await expect(promote('1.0.0', 'production')).rejects.toMatchObject({ code: 'releases/gates-failed' });
      expect(await reports()).toHaveLength(1);
    }
    await approve('1.0.0', 'ben');
    await approve('1.0.0', 'ana', 'disapprove');
    await expect(promote('1.0.0', 'production')).rejects.toMatchObject({ code: 'releases/gates-failed' });
    await approve('1.0.0', 'cem');
    await promote('1.0.0', 'production');
    expect((await stateOf('production'))?.approvals.map(({ actor }) => actor)).toEqual(['dan', 'ben', 'cem']);
  });

  test('do not take the approval of a deleted version for that of another one of its name', async () => {
    await fixture.version();
    await fixture.version({ version: '2.0.0' });
    await fixture.policy('production', { gates: [{ kind: 'approvals' }] });
    await approve('2.0.0', 'ana');
    await fixture.registry.deleteVersion('late', '2.0.0');
    await fixture.version({ version: '2.0.0' });
    await expect(promote('2.0.0', 'production')).rejects.toMatchObject({ code: 'releases/gates-failed' });
    expect(await stateOf('production')).toMatchObject({ approvals: [] });
  });

  test('that cannot be judged stop a promotion only where the policy says so', async () => {
    await fixture.version();
    const gates = [{ kind: 'data-validation' }, { kind: 'champion', metric: 'accuracy' }];
    await fixture.policy('staging', { gates });
    await fixture.policy('production', { gates, skipped: 'refuse' });
    const told = await promote('1.0.0', 'staging');
    const report = await fixture.releases.gateReport(told.gateReportId ?? '');
    expect(report).toMatchObject({ passed: true, skipped: 2, failed: 0 });
    await expect(promote('1.0.0', 'production')).rejects.toMatchObject({
      code: 'releases/gates-failed',
      problems: [{ path: '/gates/0' }, { path: '/gates/1' }],
    });
  });

  test('promote a new version by themselves where the policy says so', async () => {
    await fixture.version();
    await fixture.policy('dev', {
      gates: [{ kind: 'metric', metric: 'accuracy', min: 0.8 }],
      onRegister: 'promote',
    });
    await fixture.version({ metrics: { accuracy: 0.9 } });
    await fixture.releases.idle();
    await fixture.version({ metrics: { accuracy: 0.7 } });
    await fixture.releases.idle();
    expect(await history()).toMatchObject([{ version: '1.1.0', environment: 'dev', actor: 'policy' }]);
  });
});
