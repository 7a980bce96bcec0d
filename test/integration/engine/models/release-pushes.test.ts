import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openWorkspace } from '../../../../engine/index.ts';
import { silentLogger } from '../../../../engine/system/index.ts';
import {
  ListQuery,
  PromoteRequest,
  ReleasePolicy,
  type ReleasePush,
} from '../../../../local-api/contract/index.ts';
import { offsetModel } from '../../../kit/models/constant-model.ts';
import { registerModel } from '../../../kit/models/register-model.ts';
import { type TempWorkspace, tempWorkspace } from '../../../kit/workspace.ts';

const timeout = 120_000;
const model = 'offset';
let temp: TempWorkspace;

beforeEach(async () => {
  temp = await tempWorkspace();
});
afterEach(() => temp.close());

const share = () => join(temp.dir, 'share');
const addTarget = () => {
  mkdirSync(share());
  return temp.workspace.remotes.create({
    name: 'share',
    kind: 'folder',
    config: { path: share() },
    secrets: {},
  });
};
const setPolicy = (policy: Parameters<typeof ReleasePolicy.parse>[0]) =>
  temp.workspace.releases.setPolicy(model, 'dev', ReleasePolicy.parse(policy));
const promote = (version: string) =>
  temp.workspace.releases.promote(model, PromoteRequest.parse({ version, environment: 'dev' }));
const history = async () => (await temp.workspace.releases.history(model, ListQuery.parse({}))).items;

/** The pushes of the newest line of the history, when none is under way any more. */
async function settledPushes(): Promise<ReleasePush[]> {
  for (;;) {
    const [newest] = await history();
    const pushes = newest?.pushes ?? [];
    if (pushes.every(({ state }) => state !== 'queued' && state !== 'running')) return pushes;
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

test(
  'a promotion pushes the version to the targets of the policy, and the history says what became of it',
  async () => {
    await addTarget();
    const version = await registerModel(temp.workspace, model, offsetModel(1));
    await setPolicy({ push: ['share'] });
    const told = await promote(version.version);
    expect(told.pushes).toMatchObject([{ target: 'share', error: null }]);
    expect(await settledPushes()).toMatchObject([{ target: 'share', state: 'pushed', error: null }]);
    expect(existsSync(join(share(), model))).toBe(true);
    const [board] = await temp.workspace.releases.board(model);
    expect(board?.since?.pushes).toMatchObject([{ target: 'share', state: 'pushed' }]);
  },
  timeout,
);

test(
  'a promotion stands although its target is gone, and says so',
  async () => {
    await addTarget();
    const version = await registerModel(temp.workspace, model, offsetModel(1));
    await setPolicy({ push: ['share'] });
    await temp.workspace.remotes.delete('share');
    const told = await promote(version.version);
    expect(told.pushes).toMatchObject([{ target: 'share', pushId: null, state: 'failed' }]);
    expect(told.pushes[0]?.error).toContain('share');
    expect((await temp.workspace.releases.board(model))[0]?.version).toBe(version.version);
  },
  timeout,
);

test(
  'a policy names targets that there are',
  async () => {
    await registerModel(temp.workspace, model, offsetModel(1));
    await expect(setPolicy({ push: ['nowhere'] })).rejects.toMatchObject({ code: 'targets/not-found' });
  },
  timeout,
);

test(
  'a rollback pushes nothing',
  async () => {
    await addTarget();
    const first = await registerModel(temp.workspace, model, offsetModel(1));
    const second = await registerModel(temp.workspace, model, offsetModel(2));
    await promote(first.version);
    await promote(second.version);
    await setPolicy({ push: ['share'] });
    const told = await temp.workspace.releases.rollback(model, { environment: 'dev', reason: 'slow' });
    expect(told).toMatchObject({ kind: 'rollback', version: first.version, pushes: [] });
    expect(await temp.workspace.remotes.listPushes({ limit: 10 })).toEqual([]);
  },
  timeout,
);

test(
  'what an engine that ended has left undone is done at the next start: new versions promoted, promotions pushed',
  async () => {
    await addTarget();
    await registerModel(temp.workspace, model, offsetModel(1));
    await setPolicy({ gates: [{ kind: 'size', maxBytes: 1e6 }], onRegister: 'promote', push: ['share'] });
    await temp.workspace.close({ graceMs: 0 });
    // Its jobs do not run, so it ends before the gates are through.
    const brief = await openWorkspace({
      dir: temp.dir,
      logger: silentLogger,
      environment: {},
      startJobs: false,
    });
    const { version } = await registerModel(brief, model, offsetModel(2));
    await brief.close({ graceMs: 0 });

    await temp.reopen();
    await temp.workspace.releases.idle();
    expect(await history()).toMatchObject([{ kind: 'promote', version, actor: 'policy' }]);
    expect(await settledPushes()).toMatchObject([{ target: 'share', state: 'pushed' }]);

    const { db } = temp.workspace.store;
    expect(await db.selectFrom('awaited_promotions').selectAll().execute()).toEqual([]);
    const [line] = await history();
    await db
      .insertInto('release_pushes')
      .values({ transition_id: line?.id ?? '', target: 'share', push_id: null, error: null })
      .execute();
    await temp.reopen();
    expect(await settledPushes()).toMatchObject([{ state: 'pushed' }, { state: 'pushed' }]);
  },
  timeout,
);
