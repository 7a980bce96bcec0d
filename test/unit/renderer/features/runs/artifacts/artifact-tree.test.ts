import { describe, expect, it } from 'vitest';
import {
  allFiles,
  artifactTree,
  firstFile,
  previewKind,
  readTable,
} from '../../../../../../renderer/features/runs/artifacts/artifact-tree.ts';

const file = (path: string) => ({ path, isDirectory: false, sizeBytes: 1, digest: null });

describe('artifactTree', () => {
  const tree = artifactTree([
    file('recipe.json'),
    file('model/model.onnx'),
    { path: 'model', isDirectory: true, sizeBytes: null, digest: null },
    file('card.md'),
    file('plots/deep/roc.png'),
  ]);

  it('puts folders first and makes those that the listing leaves out', () => {
    expect(tree.map((node) => node.name)).toEqual(['model', 'plots', 'card.md', 'recipe.json']);
    expect(tree[1]?.children?.[0]?.children?.[0]?.path).toBe('plots/deep/roc.png');
  });

  it('lists a folder once, whether it comes before or after its files', () => {
    expect(tree.filter((node) => node.name === 'model')).toHaveLength(1);
    expect(allFiles(tree)).toHaveLength(4);
  });

  it('shows the card first', () => {
    expect(firstFile(tree)).toBe('card.md');
    expect(firstFile([])).toBeNull();
  });
});

describe('previewKind', () => {
  it.each([
    ['card.md', 'markdown'],
    ['a/b.CSV', 'table'],
    ['model/model.onnx', 'onnx'],
    ['model/MLmodel', 'text'],
    ['predictions.parquet', 'none'],
    ['noending', 'none'],
  ])('of %s is %s', (path, kind) => expect(previewKind(path)).toBe(kind));
});

describe('readTable', () => {
  it('understands quotes, line breaks within them and CRLF', () => {
    expect(readTable('a,b\r\n"x, ""y""","1\n2"\r\n', ',', 10, false)).toEqual([
      ['a', 'b'],
      ['x, "y"', '1\n2'],
    ]);
  });

  it('leaves out a last line that was cut off', () => {
    expect(readTable('a,b\n1,2\n3,', ',', 10, true)).toEqual([
      ['a', 'b'],
      ['1', '2'],
    ]);
    expect(readTable('a,b\n1,2\n3,', ',', 10, false)).toHaveLength(3);
  });

  it('stops after the rows asked for', () => {
    expect(readTable('a\n1\n2\n3\n', ',', 2, false)).toEqual([['a'], ['1']]);
  });
});
