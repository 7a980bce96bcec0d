import { describe, expect, it } from 'vitest';
import { runRows } from '../../../../../../renderer/features/runs/table/table-rows.ts';

const none: ReadonlySet<string> = new Set();
const below = (items: { id: string; childCount?: number }[], hasMore = false) => ({
  items,
  hasMore,
  isPending: false,
  error: null,
});

describe('rows of runs folded under their parents', () => {
  const runs = [
    { id: 'sweep', childCount: 2 },
    { id: 'alone', childCount: 0 },
  ];

  it('shows the children of an unfolded run below it, to any depth', () => {
    const rows = runRows(
      runs,
      new Map([
        ['sweep', below([{ id: 'a', childCount: 1 }, { id: 'b' }])],
        ['a', below([{ id: 'a1' }])],
      ]),
      { isNested: true, without: none },
    );
    expect(rows.map((row) => [row.id, row.level])).toEqual([
      ['sweep', 1],
      ['a', 2],
      ['a1', 3],
      ['b', 2],
      ['alone', 1],
    ]);
  });

  it('offers the arrow only where there is something below', () => {
    const rows = runRows(runs, new Map(), { isNested: true, without: none });
    expect(rows.map((row) => (row.kind === 'run' ? row.isUnfolded : 'note'))).toEqual([false, null]);
  });

  it('ends with a line that reads more when not all children were read', () => {
    const rows = runRows(runs, new Map([['sweep', below([{ id: 'a' }], true)]]), {
      isNested: true,
      without: none,
    });
    expect(rows[2]).toMatchObject({ kind: 'note', more: 'sweep', level: 2 });
  });

  it('leaves out the runs that stand above as pinned', () => {
    const rows = runRows(runs, new Map(), { isNested: true, without: new Set(['alone']) });
    expect(rows.map((row) => row.id)).toEqual(['sweep']);
  });
});
