import { expect, test } from 'vitest';
import { remembered } from '../../../../engine/models/remembered.ts';

test('asks once, and again after a change', async () => {
  let loads = 0;
  const memory = remembered(async (key) => {
    loads += 1;
    return `${key} ${loads}`;
  });
  expect([await memory.get('a'), await memory.get('a')]).toEqual(['a 1', 'a 1']);
  memory.forget();
  expect(await memory.get('a')).toBe('a 2');
});

test('does not keep what was read before a change and came after it', async () => {
  let value = 'old';
  const gate = Promise.withResolvers<void>();
  const memory = remembered(async () => {
    const read = value;
    await gate.promise;
    return read;
  });
  const late = memory.get('a');
  value = 'new';
  memory.forget();
  gate.resolve();
  expect(await late).toBe('old');
  expect(await memory.get('a')).toBe('new');
});

test('does not keep failures', async () => {
  let fails = true;
  const memory = remembered(async () => {
    if (fails) throw new Error('gone');
    return 1;
  });
  await expect(memory.get('a')).rejects.toThrow('gone');
  fails = false;
  expect(await memory.get('a')).toBe(1);
});
