import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { pathOf } from '../../../../../engine/models/releases/replay.ts';

type Kind = Parameters<typeof pathOf>[0][number]['kind'];
const line = (kind: Kind, version: string, environment = 'production') => ({ kind, version, environment });

describe('pathOf', () => {
  test('a rollback goes back to where the version stands, and a promotion goes on from there', () => {
    const history = [
      line('promote', '1.0.0'),
      line('promote', '1.1.0'),
      line('promote', '1.2.0'),
      line('rollback', '1.0.0'),
      line('promote', '1.3.0'),
    ];
    expect(pathOf(history, 'production')).toEqual(['1.0.0', '1.3.0']);
  });

  test('other environments, approvals and deprecations do not count', () => {
    const history = [
      line('promote', '1.0.0'),
      line('promote', '2.0.0', 'staging'),
      line('approve', '3.0.0'),
      line('deprecate', '1.0.0'),
    ];
    expect(pathOf(history, 'production')).toEqual(['1.0.0']);
  });

  test('an emptied environment begins anew', () => {
    const history = [line('promote', '1.0.0'), line('promote', '1.1.0'), line('withdraw', '1.1.0')];
    expect(pathOf(history, 'production')).toEqual([]);
  });

  test('whatever was done, the last of the path is what the last move brought', () => {
    const version = fc.constantFrom('1.0.0', '1.1.0', '1.2.0');
    const move = fc.record({
      kind: fc.constantFrom<Kind>('promote', 'rollback'),
      version,
      environment: fc.constant('production'),
    });
    fc.assert(
      fc.property(fc.array(move, { minLength: 1 }), (moves) => {
        const start = line('promote', '1.0.0');
        expect(pathOf([start, ...moves], 'production').at(-1)).toBe(moves.at(-1)?.version);
      }),
    );
  });
});
