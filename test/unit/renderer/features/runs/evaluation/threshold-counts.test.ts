import { expect, test } from 'vitest';
import {
  answersAt,
  leastCost,
} from '../../../../../../renderer/features/runs/evaluation/threshold-counts.ts';

const thresholds = { at: [0, 0.5, 1], truePositives: [30, 20, 0], falsePositives: [70, 10, 0] };
const costs = { falsePositive: 1, falseNegative: 5 };
const confusion = [
  [60, 10],
  [10, 20],
];

test('the confusion matrix has truth in rows, answers in columns, in the order of the classes', () => {
  const second = answersAt({ confusion, classes: ['no', 'yes'], positive: 'yes' }, thresholds, 1, costs);
  expect(second).toEqual({
    threshold: 0.5,
    confusion,
    precision: 2 / 3,
    recall: 2 / 3,
    specificity: 6 / 7,
    f1: 2 / 3,
    cost: 60,
  });
  const turned = [
    [20, 10],
    [10, 60],
  ];
  const first = answersAt(
    { confusion: turned, classes: ['yes', 'no'], positive: 'yes' },
    thresholds,
    1,
    costs,
  );
  expect(first.confusion).toEqual(turned);
  expect(first.cost).toBe(60);
});

test('without a positive answer the precision is not defined', () => {
  const at = answersAt({ confusion, classes: ['no', 'yes'], positive: 'yes' }, thresholds, 2, costs);
  expect(at).toMatchObject({ precision: null, recall: 0, cost: 150 });
});

test('the least cost is found, the nearest of equal ones', () => {
  const list = [9, 4, 7, 4, 8];
  expect(leastCost((place) => list[place] ?? 0, list.length, 4)).toBe(3);
  expect(leastCost((place) => list[place] ?? 0, list.length, 0)).toBe(1);
});
