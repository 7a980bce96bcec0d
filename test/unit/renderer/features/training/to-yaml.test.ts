import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { toYaml } from '../../../../../renderer/features/training/to-yaml.ts';

const plain = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    fc.string(),
    fc.constantFrom('true', 'no', 'null', '1e3', '- a', 'a: b', '#x', '', ' x '),
    fc.integer(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(fc.string(), tie('value'), { maxKeys: 4 }),
  ),
})).value;

describe('toYaml', () => {
  it('reads back as what was written, whatever the texts', () => {
    fc.assert(
      fc.property(plain, (value) => {
        expect(parse(toYaml(value), { maxAliasCount: 0 })).toEqual(value);
      }),
      { numRuns: 400 },
    );
  });

  it('writes a recipe as a person would', () => {
    expect(toYaml({ task: 'regression', target: { column: 'delay' }, trainer: { hidden: [64, 32] } })).toBe(
      'task: regression\ntarget:\n  column: delay\ntrainer:\n  hidden: [64, 32]\n',
    );
  });
});
