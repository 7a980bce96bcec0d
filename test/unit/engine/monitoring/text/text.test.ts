import { expect, it } from 'vitest';
import { textDrift } from '../../../../../engine/monitoring/sections/text.ts';
import { frameOf } from '../../../../kit/drift-frames.ts';
import { uniforms } from '../statistics/golden-windows.ts';

const subjects = ['the printer', 'my order', 'a refund', 'the invoice', 'delivery', 'the app'];
const states = ['is late', 'was broken', 'came twice', 'looks wrong', 'is missing', 'works fine'];

function texts(rows: number, seed: number, outages: number): string[] {
  const next = uniforms(seed);
  const pick = (words: readonly string[]) => words[Math.floor(next() * words.length)] ?? '';
  return Array.from({ length: rows }, (_, i) =>
    next() < outages
      ? `outage since monday, ${pick(subjects)} shows error ${Math.floor(next() * 900)}`
      : `${pick(subjects)} ${pick(states)} again, number ${i}`,
  );
}

it('finds new subjects in texts and tells the words', () => {
  const found = textDrift(
    { reference: frameOf({ note: texts(300, 1, 0) }), current: frameOf({ note: texts(200, 2, 0.3) }) },
    ['note'],
    1,
  );
  if (found.status !== 'done') throw new Error(found.reason);
  const [note] = found.columns;
  expect(note?.drifted).toBe(true);
  expect(note?.current.map(({ word }) => word)).toEqual(expect.arrayContaining(['outage', 'monday']));
  expect(note?.examples.current[0]).toContain('outage');
});

it('finds nothing between texts of one kind', () => {
  const found = textDrift(
    { reference: frameOf({ note: texts(300, 3, 0.1) }), current: frameOf({ note: texts(300, 4, 0.1) }) },
    ['note'],
    1,
  );
  expect(found).toMatchObject({ status: 'done', drifted: false });
});

it('says that there is no free text', () => {
  const found = textDrift({ reference: frameOf({ a: ['x'] }), current: frameOf({ a: ['y'] }) }, ['a'], 1);
  expect(found.status).toBe('skipped');
});
