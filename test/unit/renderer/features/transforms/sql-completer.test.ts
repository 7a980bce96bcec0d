import { expect, test } from 'vitest';
import type { Column } from '../../../../../local-api/contract/index.ts';
import { sqlCompleter } from '../../../../../renderer/features/transforms/sql-completer.ts';
import { marksOf } from '../../../../../renderer/features/transforms/sql-marks.ts';

const column = (name: string): Column => ({ name, type: 'float', nullable: true });
const complete = sqlCompleter([
  { alias: 'flights', columns: [column('delay'), column('from')] },
  { alias: 'airports', columns: [column('city')] },
]);
/** What is offered at the bar. */
const offered = (text: string): string[] => {
  const at = text.indexOf('|');
  return complete(text.replace('|', ''), at)?.options.map(({ insert }) => insert) ?? [];
};

test('after the name of an input, or what the query calls it, only its columns are offered; words of SQL in quotes', () => {
  expect(offered('SELECT flights.|')).toEqual(['delay', '"from"']);
  expect(offered('SELECT f.| FROM flights AS f JOIN airports a ON true')).toEqual(['delay', '"from"']);
  expect(offered('SELECT a.c| FROM flights f JOIN airports a ON true')).toContain('city');
});

test('columns of all inputs, inputs and WITH queries are offered elsewhere', () => {
  const all = offered('WITH late(x) AS (SELECT 1), early AS MATERIALIZED (SELECT 2) SELECT | FROM late');
  expect(all).toEqual(
    expect.arrayContaining(['delay', 'city', 'flights', 'airports', 'late', 'early', 'SELECT']),
  );
});

test('the word at the place of a fault is marked; at the end of the text the last sign', () => {
  const fault = (offset: number) => [{ path: '/sql', message: 'no', at: { line: 1, column: 1, offset } }];
  const marked = (sql: string, offset: number) =>
    marksOf(sql, fault(offset)).map(({ from, to }) => sql.slice(from, to));
  expect(marked('SELECT größe FROM t', 7)).toEqual(['größe']);
  expect(marked('SELECT "a b" FROM t', 7)).toEqual(['"a b"']);
  expect(marked('SELECT a +\n', 11)).toEqual(['+']);
  expect(marksOf('x', [{ path: '/sql', message: 'no' }])).toEqual([]);
});
