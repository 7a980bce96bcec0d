import { describe, expect, test } from 'vitest';
import { readSettings, writeSettings } from '../../../../../renderer/features/compare/settings-text.ts';

const usual = { axis: 'step', smoothing: 0, logY: false, pinned: [] as readonly string[] };

describe('settings in the address', () => {
  test('only what is not as usual is written', () => {
    expect(writeSettings(usual, usual)).toBeUndefined();
    expect(writeSettings({ ...usual, smoothing: 0.6, pinned: ['loss', 'val/auc'] }, usual)).toBe(
      'smoothing:0.6;pinned:loss,val/auc',
    );
  });

  test('keys with the very marks that part them come back as they were', () => {
    const settings = { ...usual, axis: 'metric a:b;c~d', pinned: ['x,y', '~s', ''].slice(0, 2) };
    expect(readSettings(writeSettings(settings, usual), usual)).toEqual(settings);
  });

  test('a list that is emptied stays empty', () => {
    const folded = { ...usual, pinned: ['system'] };
    expect(readSettings(writeSettings({ ...folded, pinned: [] }, folded), folded).pinned).toEqual([]);
  });

  test('what is not known, or of another kind, is passed over', () => {
    expect(readSettings('smoothing:much;logY:perhaps;toString:x;nonsense', usual)).toEqual(usual);
  });
});
