import { describe, expect, it } from 'vitest';
import { completeFilter } from '../../../../../../renderer/features/runs/table/filter-completion.ts';

const keys = { metrics: ['auc', 'log_loss', 'val loss'], params: ['trainer'], tags: ['team'] };
const labels = (text: string, caret = text.length) =>
  completeFilter(text, caret, keys).map((option) => option.label);

describe('completeFilter', () => {
  it('offers the keys in use at the start and after a connective', () => {
    expect(labels('')).toContain('metrics.auc');
    expect(labels('metrics.auc > 0.8 and ')).toContain('params.trainer');
    expect(labels('(')).toContain('status');
  });

  it('finds a key by its own name, without the family', () => {
    expect(labels('log')).toContain('metrics.log_loss');
  });

  it('quotes a key that is not a plain word', () => {
    expect(labels('val')).toContain('metrics.`val loss`');
  });

  it('offers operators that fit the kind of field', () => {
    expect(labels('metrics.auc ')).toContain('>=');
    expect(labels('metrics.auc ')).not.toContain('like');
    expect(labels('params.trainer ')).toContain('like');
  });

  it('offers the statuses as values, within a quote as well', () => {
    expect(labels('status = ')).toContain('finished');
    const [inQuote] = completeFilter("status = 'fin", 13, keys);
    expect(inQuote).toMatchObject({ text: "'finished' ", start: 9 });
  });

  it('offers connectives after a condition', () => {
    expect(labels("status = 'finished' ")).toEqual(expect.arrayContaining(['and', 'or', 'order by']));
  });

  it('replaces only what was typed before the caret', () => {
    const text = 'metrics.a and x';
    const [first] = completeFilter(text, 9, keys);
    expect(first).toMatchObject({ start: 0, label: 'metrics.auc' });
  });

  it('stays silent inside other quoted texts', () => {
    expect(labels("params.trainer = 'gb")).toEqual([]);
  });
});
