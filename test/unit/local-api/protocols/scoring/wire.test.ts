import { setImmediate } from 'node:timers';
import { expect, test } from 'vitest';
import { jsonAnswer, longJsonAnswer } from '../../../../../local-api/protocols/scoring/wire.ts';

const answer = {
  model: 'late',
  label: Array.from({ length: 12_001 }, (_, row) => `flight "${row}"`),
  value: undefined,
  probabilities: Array.from({ length: 12_001 }, (_, row) => [row / 7, Number.NaN]),
  classes: ['on time', 'late'],
};

test('an answer with long lists is the same text as when it is written at once', async () => {
  expect(await longJsonAnswer(answer)).toEqual(jsonAnswer(answer));
  expect(await longJsonAnswer({})).toEqual(jsonAnswer({}));
});

test('others run while long lists are written', async () => {
  let turns = 0;
  let isWriting = true;
  const count = (): void => {
    turns += 1;
    if (isWriting) setImmediate(count);
  };
  setImmediate(count);
  await longJsonAnswer(answer);
  isWriting = false;
  expect(turns).toBeGreaterThan(3);
});
