import { describe, expect, it } from 'vitest';
import {
  asFullText,
  completeFilter,
  wantedFor,
} from '../../../../../../renderer/features/runs/table/filter-completion.ts';

const keys = { metrics: ['auc', 'log_loss', 'val loss'], params: ['trainer'], tags: ['team'] };
const sources = {
  keys,
  values: ['gbdt', "o'neil", 'linear'],
  experiments: [
    { id: '0', name: 'Default' },
    { id: '7', name: 'late flights' },
  ],
};
const complete = (text: string, caret = text.length) => completeFilter(text, caret, sources);
const labels = (text: string, caret = text.length) => complete(text, caret).map((option) => option.label);

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
    const [inQuote] = complete("status = 'fin");
    expect(inQuote).toMatchObject({ text: "'finished' ", start: 9 });
  });

  it('offers connectives after a condition', () => {
    expect(labels("status = 'finished' ")).toEqual(expect.arrayContaining(['and', 'or', 'order by']));
  });

  it('replaces only what was typed before the caret', () => {
    const text = 'metrics.a and x';
    const [first] = complete(text, 9);
    expect(first).toMatchObject({ start: 0, label: 'metrics.auc' });
  });

  it('offers values in use after a comparison and within a list, quoted as the language wants it', () => {
    expect(complete("params.trainer = 'gb")).toEqual([
      { text: "'gbdt' ", label: 'gbdt', kind: 'value', start: 17 },
    ]);
    expect(complete('tags.team != o')[0]).toMatchObject({ text: "'o''neil' ", start: 13 });
    expect(complete("params.trainer in ('gbdt', li")[0]).toMatchObject({ text: "'linear'", start: 27 });
  });

  it('offers experiments by name and writes their id', () => {
    expect(complete('experimentId = fli')[0]).toMatchObject({ text: "'7' ", label: 'late flights' });
  });

  it('offers functions, then metrics alone inside of them, then operators', () => {
    expect(complete('mi')[0]).toMatchObject({ text: 'min(', kind: 'function' });
    expect(labels('min(')).toEqual(['metrics.auc', 'metrics.log_loss', 'metrics.`val loss`']);
    expect(complete('min(metrics.a')[0]?.text).toBe('metrics.auc) ');
    expect(labels('min(metrics.auc) ')).toContain('<');
  });

  it('offers a search for words where words alone were typed', () => {
    expect(complete('late fli').at(-1)).toEqual({
      text: "text ~ 'late fli' ",
      label: "text ~ 'late fli'",
      kind: 'text',
      start: 0,
    });
    expect(labels('metrics.auc > 0.8 and late').some((label) => label.includes('text ~'))).toBe(false);
  });

  it('stays silent inside texts that are no values', () => {
    expect(labels("name like 'gb")).toEqual([]);
  });
});

describe('wantedFor', () => {
  it('asks for keys by what was typed of them, without the family', () => {
    expect(wantedFor('params.lay', 10)).toEqual({ keys: 'lay' });
  });

  it('asks for values of the param or tag before the operator', () => {
    expect(wantedFor("params.`val loss` = 'x", 22)).toEqual({
      values: { family: 'params', key: 'val loss', prefix: 'x' },
    });
    expect(wantedFor("status = 'f", 11)).toBeNull();
  });
});

describe('asFullText', () => {
  it('turns words into a search', () => {
    expect(asFullText('  late   flights ')).toBe("text ~ 'late flights'");
  });

  it('leaves alone what is, or becomes, a condition', () => {
    for (const text of ['', 'status', 'not done', 'metrics.auc', "'late flights'", 'a = 1', 'auc is null']) {
      expect(asFullText(text)).toBeNull();
    }
  });
});
