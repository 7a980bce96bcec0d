import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Origin, proposeVersion } from '../../../../engine/models/propose-version.ts';
import { parseVersion } from '../../../../engine/models/semver.ts';
import type { Signature } from '../../../../local-api/contract/index.ts';

const input = (name: string, type: 'float' | 'integer' = 'float', nullable = false) => ({
  name,
  type,
  nullable,
  examples: [],
});
const signature = (inputs: Signature['inputs']): Signature => ({
  task: 'regression',
  inputs,
  target: 'y',
  classes: null,
  positive: null,
});
const origin: Origin = {
  signature: signature([input('a'), input('b')]),
  recipe: { trainer: { kind: 'gbdt', trees: 10 }, seed: 1, dataset: 'dsv_1' },
  datasetVersionId: 'dsv_1',
};
const version = { major: 1, minor: 2, patch: 3 };
const propose = (change: Partial<Origin>) => proposeVersion({ ...origin, version }, { ...origin, ...change });

describe('proposeVersion', () => {
  test('begins with 1.0.0', () => {
    expect(proposeVersion(null, origin)).toMatchObject({
      version: '1.0.0',
      change: 'first',
      comparedWith: null,
    });
  });

  test('counts a patch up for the same recipe with another seed', () => {
    const recipe = { seed: 2, dataset: 'dsv_1', trainer: { trees: 10, kind: 'gbdt' } };
    expect(propose({ recipe })).toMatchObject({ version: '1.2.4', change: 'patch', comparedWith: '1.2.3' });
  });

  test('counts a minor up for other data, and says so', () => {
    const recipe = { ...origin.recipe, dataset: 'dsv_2' };
    expect(propose({ datasetVersionId: 'dsv_2', recipe })).toMatchObject({
      version: '1.3.0',
      reasons: ['It was trained on other data.'],
    });
  });

  test('counts a minor up for another recipe, and names what changed', () => {
    const recipe = { ...origin.recipe, trainer: { kind: 'linear' } };
    expect(propose({ recipe })).toMatchObject({
      version: '1.3.0',
      reasons: ['The recipe changed: trainer.'],
    });
  });

  test('counts a minor up when a recipe is not known', () => {
    expect(propose({ recipe: null })).toMatchObject({ version: '1.3.0', change: 'minor' });
  });

  test('counts a major up for another signature, and names what callers see', () => {
    const next = signature([input('a', 'integer'), input('c')]);
    expect(propose({ signature: next })).toMatchObject({
      version: '2.0.0',
      reasons: ['The signature changed: "a" is integer, not float; "c" must be sent; "b" is no longer used.'],
    });
  });

  test('does not mind the order of columns', () => {
    expect(propose({ signature: signature([input('b'), input('a')]) })).toMatchObject({ change: 'patch' });
  });

  test('whatever changed, the proposal is the next step above and says why', () => {
    const origins = fc.record({
      signature: fc.option(fc.constantFrom(signature([input('a')]), signature([input('a', 'integer')]))),
      recipe: fc.option(fc.record({ trainer: fc.constantFrom('gbdt', 'linear'), seed: fc.nat(3) })),
      datasetVersionId: fc.option(fc.constantFrom('dsv_1', 'dsv_2')),
    });
    const numbers = fc.record({ major: fc.nat(9), minor: fc.nat(9), patch: fc.nat(9) });
    fc.assert(
      fc.property(origins, origins, numbers, (before, after, highest) => {
        const proposal = proposeVersion({ ...before, version: highest }, after);
        const { major, minor, patch } = highest;
        const expected = {
          first: null,
          major: { major: major + 1, minor: 0, patch: 0 },
          minor: { major, minor: minor + 1, patch: 0 },
          patch: { major, minor, patch: patch + 1 },
        }[proposal.change];
        expect(parseVersion(proposal.version)).toEqual(expected);
        expect(proposal.reasons.length).toBeGreaterThan(0);
        const isSameSignature = JSON.stringify(before.signature) === JSON.stringify(after.signature);
        expect(proposal.change === 'major').toBe(!isSameSignature);
        const isSameData = before.datasetVersionId === after.datasetVersionId;
        if (proposal.change === 'patch') expect(isSameData).toBe(true);
      }),
    );
  });
});
