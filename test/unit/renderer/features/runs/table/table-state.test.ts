import { describe, expect, it } from 'vitest';
import type { SavedView } from '../../../../../../local-api/contract/index.ts';
import { joinList, splitList } from '../../../../../../renderer/features/runs/table/list-text.ts';
import { differsFrom, showView } from '../../../../../../renderer/features/runs/table/table-state.ts';

const view: SavedView = {
  id: 'v1',
  name: 'best',
  page: 'runs',
  experimentId: null,
  state: { filter: 'metrics.auc > 0.8', sort: '-metrics.auc', isDefault: true, curves: 7 },
  createdAtMs: 0,
  updatedAtMs: 0,
};

describe('a saved view', () => {
  it('sets what it keeps and clears the rest of the address', () => {
    expect(showView(view)).toEqual({
      view: 'v1',
      filter: 'metrics.auc > 0.8',
      sort: '-metrics.auc',
      columns: undefined,
      curves: undefined,
      group: undefined,
      aggregate: undefined,
      nested: undefined,
      only: undefined,
      trash: undefined,
    });
  });

  it('counts as changed when any setting differs, one that was taken away included', () => {
    const search = { view: 'v1', filter: 'metrics.auc > 0.8', sort: '-metrics.auc' };
    expect(differsFrom(view, search)).toBe(false);
    expect(differsFrom(view, { ...search, group: 'params.depth' })).toBe(true);
    expect(differsFrom(view, { view: 'v1', sort: '-metrics.auc' })).toBe(true);
  });
});

describe('lists in the address', () => {
  it('come back as they were, whatever stands in a key', () => {
    const keys = ['name', 'metrics.val,loss', 'params.a\\b', 'tags.x\\,y'];
    expect(splitList(joinList(keys))).toEqual(keys);
    expect(splitList(undefined)).toEqual([]);
    expect(splitList('a,,b')).toEqual(['a', 'b']);
  });
});
