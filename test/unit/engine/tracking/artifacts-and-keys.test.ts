import { describe, expect, it } from 'vitest';
import { tempTracking } from '../../../kit/tracking.ts';
import { logBatch, newRun } from '../../../kit/workspace.ts';

const blob = (digit: string) => ({ digest: `sha256:${digit.repeat(64)}`, sizeBytes: Number(digit) });

describe('the files of a run', () => {
  it('are listed one folder at a time, or all', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    for (const path of ['model/model.onnx', 'model/sub/a.json', 'model-card.md', 'card.md']) {
      await tracking.attachArtifact(id, path, blob('1'));
    }
    const paths = async (folder: string, recursive = false) =>
      (await tracking.listArtifacts(id, folder, recursive)).map(
        (entry) => entry.path + (entry.isDirectory ? '/' : ''),
      );
    expect(await paths('')).toEqual(['card.md', 'model-card.md', 'model/']);
    expect(await paths('model')).toEqual(['model/model.onnx', 'model/sub/']);
    expect(await paths('model/')).toEqual(['model/model.onnx', 'model/sub/']);
    expect(await paths('', true)).toHaveLength(4);
    expect(await paths('nothing')).toEqual([]);
  });

  it('are replaced by a second file of the same path, and found by it', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    await tracking.attachArtifact(id, 'a.txt', blob('1'));
    expect(await tracking.attachArtifact(id, 'a.txt', blob('2'))).toEqual({
      path: 'a.txt',
      isDirectory: false,
      sizeBytes: 2,
      digest: blob('2').digest,
    });
    expect(await tracking.findArtifact(id, 'a.txt')).toEqual(blob('2'));
    await expect(tracking.findArtifact(id, 'b.txt')).rejects.toMatchObject({ code: 'artifacts/not-found' });
    const digests: string[] = [];
    for await (const digest of tracking.artifactDigests()) digests.push(digest);
    expect(digests).toEqual([blob('2').digest]);
  });

  it.each([
    '',
    '/etc/passwd',
    '../x',
    'a/../b',
    'a//b',
    './a',
    'a/.',
    'a\\b',
    'C:/x',
    'a\u0000b',
    'a\nb',
    'x'.repeat(1001),
  ])('cannot have the path %j', async (path) => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    await expect(tracking.attachArtifact(id, path, blob('1'))).rejects.toMatchObject({
      code: 'artifacts/bad-path',
    });
    await expect(tracking.findArtifact(id, path)).rejects.toMatchObject({ code: 'artifacts/bad-path' });
  });

  it('cannot be a file and a folder at once', async () => {
    const { tracking } = await tempTracking();
    const { id } = await tracking.createRun(newRun());
    await tracking.attachArtifact(id, 'a/b', blob('1'));
    for (const path of ['a', 'a/b/c']) {
      await expect(tracking.attachArtifact(id, path, blob('1'))).rejects.toMatchObject({
        code: 'artifacts/bad-path',
      });
    }
    await tracking.attachArtifact(id, 'a/bc', blob('1'));
    await tracking.deleteRun(id);
    await expect(tracking.attachArtifact(id, 'x', blob('1'))).rejects.toMatchObject({ code: 'runs/deleted' });
  });
});

describe('keys in use', () => {
  it('are those of metrics, params and tags, by prefix in any case, of one experiment or all', async () => {
    const { tracking } = await tempTracking();
    const other = await tracking.createExperiment({ name: 'other' });
    const a = await tracking.createRun(newRun({ params: { depth: '1', lr: '2' }, tags: { team: 'x' } }));
    const b = await tracking.createRun(newRun({ experimentId: other.id, params: { Decay: '1' } }));
    await tracking.log(a.id, logBatch({ metrics: [{ key: 'auc', value: 1, step: 0 }] }));
    await tracking.log(b.id, logBatch({ metrics: [{ key: 'loss', value: 1, step: 0 }] }));
    expect(await tracking.keys({ limit: 10 })).toEqual({
      metrics: ['auc', 'loss'],
      params: ['Decay', 'depth', 'lr'],
      tags: ['team'],
    });
    expect(await tracking.keys({ limit: 10, prefix: 'D' })).toEqual({
      metrics: [],
      params: ['Decay', 'depth'],
      tags: [],
    });
    expect(await tracking.keys({ limit: 10, experimentId: other.id })).toEqual({
      metrics: ['loss'],
      params: ['Decay'],
      tags: [],
    });
    expect((await tracking.keys({ limit: 1 })).params).toEqual(['Decay']);
  });
});
