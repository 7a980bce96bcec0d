import { describe, expect, it } from 'vitest';
import { pickFields } from '../../../../local-api/routes/sparse-fields.ts';

const item = { name: 'flights', description: 'd', tags: { team: 'a', 'a b': 'c', x: 'y' }, versions: 2 };

describe('pickFields', () => {
  it.each([
    ['versions', { name: 'flights', versions: 2 }],
    ['tags.team,tags.`a b`', { name: 'flights', tags: { team: 'a', 'a b': 'c' } }],
    ['tags.*,description', { name: 'flights', description: 'd', tags: item.tags }],
    ['tags', { name: 'flights', tags: item.tags }],
    ['tags.none', { name: 'flights', tags: {} }],
  ])('leaves %s and what names the item', (fields, left) => {
    expect(pickFields({ items: [item], nextCursor: 'c' }, fields)).toEqual({
      items: [left],
      nextCursor: 'c',
    });
  });

  it('keeps the id rather than the name where there are both', () => {
    expect(pickFields({ items: [{ id: '1', name: 'n', x: 2 }] }, 'x')).toEqual({
      items: [{ id: '1', x: 2 }],
    });
  });
});
