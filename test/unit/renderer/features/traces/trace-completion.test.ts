import { expect, it } from 'vitest';
import { completeTraceFilter } from '../../../../../renderer/features/traces/trace-completion.ts';

const known = { tags: ['team', 'data set'], feedback: ['helpful'] };
const labels = (text: string) => completeTraceFilter(text, text.length, known).map(({ label }) => label);

it('offers fields first, then operators, then connectives', () => {
  expect(labels('dur')).toEqual(['durationMs']);
  expect(labels('durationMs ')).toContain('>');
  expect(labels('durationMs ')).not.toContain('like');
  expect(labels("name = 'a' ")).toEqual(['and', 'or', 'order by']);
});

it('knows states, and the tags and feedback that there are', () => {
  expect(labels("state = 'e")).toEqual(['error']);
  expect(labels('state = ')).toContain('in-progress');
  expect(labels('tags')).toEqual(['tags.team', 'tags.`data set`', 'tags.']);
  expect(labels('helpful')).toEqual(['feedback.helpful']);
});

it('is silent within a text', () => {
  expect(labels("name = 'dur")).toEqual([]);
});
