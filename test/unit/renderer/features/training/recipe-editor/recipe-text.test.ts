import { describe, expect, it } from 'vitest';
import { parseDocument } from 'yaml';
import {
  changeText,
  pathOfPointer,
  placeOf,
  readText,
  writeText,
} from '../../../../../../renderer/features/training/recipe-editor/recipe-text.ts';

describe('readText', () => {
  it('gives the value of YAML and JSON', () => {
    expect(readText('a: 1 # one\nb: [x]\n', 'yaml')).toEqual({ value: { a: 1, b: ['x'] }, faults: [] });
    expect(readText('{"a": [1]}', 'json')).toEqual({ value: { a: [1] }, faults: [] });
  });

  it('places what cannot be read', () => {
    const { value, faults } = readText('task: regression\ntrainer\n', 'yaml');
    expect(value).toBeUndefined();
    expect(faults).toEqual([{ from: 17, to: 24, message: 'A field needs a colon and a value.' }]);
    expect(readText('a: 1\na: 2\n', 'yaml').faults).toMatchObject([
      { from: 5, message: 'This field is there twice.' },
    ]);
  });

  it('does not take YAML for JSON', () => {
    expect(readText('{"a": 1, b: 2}', 'json').faults).toMatchObject([
      { message: expect.stringMatching(/^This is not JSON/) },
    ]);
  });
});

describe('placeOf', () => {
  const text = 'trainer:\n  kind: gbdt\n  tres: 5\nfeatures:\n  include: [a, bb]\n';
  const at = (path: (string | number)[], wants: 'name' | 'value' = 'value') => {
    const { from, to } = placeOf(parseDocument(text), path, wants);
    return text.slice(from, to);
  };
  it('is the value of a field, or its name', () => {
    expect(at(['trainer', 'kind'])).toBe('gbdt');
    expect(at(['trainer', 'tres'], 'name')).toBe('tres');
    expect(at(['features', 'include', '1'])).toBe('bb');
  });
  it('is the nearest part where the field is missing', () => {
    expect(at(['trainer', 'trees'])).toBe('trainer');
    expect(at(['target', 'column'])).toBe('trainer');
    expect(placeOf(parseDocument(''), ['task'], 'value')).toEqual({ from: 0, to: 1 });
  });
});

it('reads JSON pointers into the recipe, or into a request that holds it', () => {
  expect(pathOfPointer('/recipe/tuning/space/a~1b')).toEqual(['tuning', 'space', 'a/b']);
  expect(pathOfPointer('/recipe')).toEqual([]);
  expect(pathOfPointer('/split/test')).toEqual(['split', 'test']);
});

describe('changeText', () => {
  const text =
    '# a sample\ntask: regression # of delay\nsplit:\n  kind: random\n  test: 0.2 # a fifth\nseed: 1\n';
  const before = { task: 'regression', split: { kind: 'random', test: 0.2 }, seed: 1 };

  it('keeps comments, order and all that is the same', () => {
    expect(changeText(text, 'yaml', before, { ...before, split: { kind: 'random', test: 0.3 } })).toBe(
      text.replace('0.2', '0.3'),
    );
  });
  it('adds, removes and writes short lists on a line', () => {
    const after = { task: 'regression', split: before.split, features: { include: ['a', 'b c'] } };
    expect(changeText(text, 'yaml', before, after)).toBe(
      '# a sample\ntask: regression # of delay\nsplit:\n  kind: random\n  test: 0.2 # a fifth\nfeatures:\n  include: [a, b c]\n',
    );
  });
  it('writes anew what cannot be read, and JSON', () => {
    expect(changeText('a: [', 'yaml', {}, { a: 1 })).toBe(writeText({ a: 1 }, 'yaml'));
    expect(changeText('{"a":0}', 'json', { a: 0 }, { a: 1 })).toBe('{\n  "a": 1\n}\n');
  });
});
