import { describe, expect, it } from 'vitest';
import { expectedNames, nearNames } from '../../../../../engine/store/filter/near-names.ts';

const names = ['id', 'name', 'status', 'experimentId', 'startedAtMs', 'endedAtMs', 'metrics.<key>'];

describe('nearNames', () => {
  it.each([
    ['nmae', 'name'],
    ['experiment_id', 'experimentId'],
    ['started', 'startedAtMs'],
    ['STATUS', 'status'],
    ['metric', 'metrics.<key>'],
  ])('finds what %s may have meant', (written, meant) => {
    expect(nearNames(written, names)[0]).toBe(meant);
  });

  it('lists all names when none is near', () => {
    expect(expectedNames('zzzzzz', names)).toBe(`one of ${names.join(', ')}`);
  });
});
