import { describe, expect, it } from 'vitest';
import {
  allFiles,
  artifactTree,
  firstFile,
  foldersOpenAtFirst,
  visibleRows,
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

describe('the rows of the tree', () => {
  const tree = artifactTree([
    file('model/model.onnx'),
    ...Array.from({ length: 100 }, (_, index) => file(`images/${index}.png`)),
    file('card.md'),
  ]);
  const paths = (open: ReadonlySet<string>, search = '') =>
    visibleRows(tree, open, search).map(({ node }) => node.path);

  it('leave out what lies in closed folders; folders of many files are closed at first', () => {
    const open = foldersOpenAtFirst(tree);
    expect(paths(open)).toEqual(['images', 'model', 'model/model.onnx', 'card.md']);
    expect(paths(new Set())).toEqual(['images', 'model', 'card.md']);
  });

  it('are the files found while something is searched, wherever they lie', () => {
    expect(paths(new Set(), 'IMAGES 99')).toEqual(['images/99.png']);
    expect(paths(new Set(), 'nothing')).toEqual([]);
  });
});
