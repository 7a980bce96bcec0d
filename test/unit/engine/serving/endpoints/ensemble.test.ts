import { describe, expect, test } from 'vitest';
import { combineAnswers } from '../../../../../engine/serving/endpoints/ensemble.ts';
import { EndpointRoute, type PredictResponse } from '../../../../../local-api/contract/index.ts';

function ensemble(combine: string, weights: number[]) {
  const members = weights.map((weight, i) => ({ name: `m${i}`, ref: 'late', weight }));
  const route = EndpointRoute.parse({ kind: 'ensemble', combine, members });
  if (route.kind !== 'ensemble') throw new Error('no ensemble');
  return route;
}
const common = { model: 'late', version: '1.0.0', milliseconds: 1 };
const values = (...value: number[]): PredictResponse => ({ ...common, rows: value.length, value });
const classified = (classes: string[], ...probabilities: number[][]): PredictResponse => ({
  ...common,
  rows: probabilities.length,
  classes,
  probabilities,
  label: probabilities.map((row) => classes[row.indexOf(Math.max(...row))] ?? ''),
});

describe('an ensemble', () => {
  test('answers with the mean of the values, or the weighted one', () => {
    const answers = [values(1, 10), values(4, 40)];
    expect(combineAnswers(ensemble('mean', [9, 1]), answers).value).toEqual([2.5, 25]);
    expect(combineAnswers(ensemble('weighted', [2, 1]), answers).value).toEqual([2, 20]);
  });

  test('does not ask the opinion of a member without weight, even where it is not a number', () => {
    const answers = [values(1), values(Number.NaN)];
    expect(combineAnswers(ensemble('weighted', [1, 0]), answers).value).toEqual([1]);
    expect(combineAnswers(ensemble('mean', [1, 1]), answers).value).toEqual([Number.NaN]);
  });

  test('combines probabilities by the name of the class, whatever order a member has', () => {
    const answers = [classified(['no', 'yes'], [0.9, 0.1]), classified(['yes', 'no'], [0.3, 0.7])];
    const { label, classes, probabilities } = combineAnswers(ensemble('mean', [1, 1]), answers);
    expect([label, classes]).toEqual([['no'], ['no', 'yes']]);
    expect(probabilities?.[0]?.[0]).toBeCloseTo(0.8);
  });

  test('votes: two weak opinions outvote a strong one; a tie goes to the larger mean probability', () => {
    const [sure, weak] = [
      [1, 0, 0],
      [0.4, 0.6, 0],
    ];
    const classes = ['a', 'b', 'c'];
    const three = [sure, weak, weak].map((row) => classified(classes, row));
    expect(combineAnswers(ensemble('vote', [1, 1, 1]), three)).toMatchObject({
      label: ['b'],
      probabilities: [[1 / 3, 2 / 3, 0]],
    });
    expect(combineAnswers(ensemble('mean', [1, 1, 1]), three).label).toEqual(['a']);
    const two = [weak, sure].map((row) => classified(classes, row));
    expect(combineAnswers(ensemble('vote', [1, 1]), two).label).toEqual(['a']);
  });

  test('needs a weight above 0, and names of its own for its members', () => {
    const member = { name: 'ensemble', ref: 'late', weight: 0 };
    const { error } = EndpointRoute.safeParse({
      kind: 'ensemble',
      combine: 'weighted',
      members: [member, { ...member, name: 'm' }],
    });
    expect(error?.issues.map(({ path }) => path.join('/'))).toEqual(['members', 'members/0/name']);
  });
});
