import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { FromJobProcess, JobItem } from '../../../../engine/jobs/job-messages.ts';
import { createOutbox, type Outbox } from '../../../../engine/jobs/outbox.ts';

type Batch = Extract<FromJobProcess, { type: 'batch' }>;
const sent: Batch[] = [];
let nowMs = 0;
let outbox: Outbox;

beforeEach(() => {
  vi.useFakeTimers();
  sent.length = 0;
  nowMs = 0;
  outbox = createOutbox(
    (message) => void (message.type === 'batch' && sent.push(message)),
    () => 1,
    () => nowMs,
  );
});
afterEach(() => void vi.useRealTimers());

const item = (step: number): JobItem => ({ type: 'message', message: step });
const steps = (): unknown[] =>
  sent.flatMap(({ items }) => items.map((each) => (each.type === 'message' ? each.message : each.text)));

describe('an outbox', () => {
  it('sends the first item at once and gathers what follows within 20 ms', () => {
    for (let step = 0; step < 10; step++) outbox.add(item(step));
    expect(sent.length).toBe(1);
    vi.advanceTimersByTime(20);
    expect(sent.length).toBe(2);
    expect(steps()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  });

  it('sends without a turn of the event loop when the last batch is 20 ms ago', () => {
    for (let step = 0; step < 10; step++) {
      nowMs += 25;
      outbox.add(item(step));
    }
    expect(sent.length).toBe(10);
  });

  it('keeps logs and messages in order and sends only the newest progress', () => {
    outbox.add(item(1));
    outbox.progress(0.1, 'a');
    outbox.add({ type: 'log', level: 'info', text: 'said' });
    outbox.progress(0.2, 'b');
    outbox.add(item(2));
    outbox.flush();
    expect(steps()).toEqual([1, 'said', 2]);
    expect(sent.at(-1)?.progress).toEqual({ fraction: 0.2, message: 'b' });
  });

  it('holds items back from a host that has 10,000 of them to deal with, until it has', () => {
    for (let step = 0; step < 12_000; step++) outbox.add(item(step));
    vi.advanceTimersByTime(1000);
    const before = steps().length;
    expect(before).toBeGreaterThanOrEqual(10_000);
    expect(before).toBeLessThan(10_300);
    outbox.taken(before);
    vi.advanceTimersByTime(1000);
    expect(steps()).toEqual(Array.from({ length: 12_000 }, (_, step) => step));
  });

  it('sends everything when flushed, whatever the host has taken', () => {
    for (let step = 0; step < 12_000; step++) outbox.add(item(step));
    outbox.flush();
    expect(steps().length).toBe(12_000);
  });

  it.each([
    [1.5, 1],
    [-0.1, 0],
    [Number.NaN, null],
    [null, null],
    [0.25, 0.25],
  ])('takes the progress %s for %s', (given, expected) => {
    outbox.progress(given, '');
    expect(sent[0]?.progress?.fraction).toBe(expected);
  });
});
