import { describe, expect, it } from 'vitest';
import {
  draftOf,
  localText,
  readWindow,
  timeOfText,
  windowOf,
} from '../../../../../renderer/features/drift/window-draft.ts';

const requests = { kind: 'requests', endpoint: 'churn' } as const;

describe('a window as a form holds it', () => {
  it('comes out as it went in', () => {
    for (const window of [
      { kind: 'version', versionId: 'dsv_1', slice: 'a > 1' },
      { kind: 'baseline', model: 'churn/1.0.0', part: 'training' },
      requests,
      { ...requests, last: 500 },
      { ...requests, fromMs: 1_700_000_000_000, toMs: 1_700_000_600_000 },
    ] as const) {
      expect(windowOf(draftOf(window), draftOf(null))).toEqual(window);
    }
  });

  it('is incomplete without what it needs, but a baseline finds its model by requests', () => {
    const baseline = draftOf({ kind: 'baseline', part: 'test' });
    expect(windowOf(baseline, draftOf(null))).toBeNull();
    expect(windowOf(baseline, draftOf(requests))).toEqual({ kind: 'baseline', part: 'test' });
    expect(windowOf(draftOf(null), draftOf(null))).toBeNull();
  });

  it('is read from an address, and nothing is made of what is no window', () => {
    expect(readWindow(JSON.stringify(requests))).toEqual(requests);
    expect(readWindow('{"kind":"requests"}')).toBeNull();
    expect(readWindow('{')).toBeNull();
    expect(readWindow(undefined)).toBeNull();
  });

  it('keeps the minute of a time', () => {
    const time = Date.UTC(2026, 2, 1, 12, 30);
    expect(timeOfText(localText(time))).toBe(time);
    expect(timeOfText('')).toBeNull();
  });
});
