import { expect, test } from 'vitest';
import { documentHtml } from '../../../../engine/report-document/index.ts';
import { validationDocument } from '../../../../engine/validation/validation-document.ts';
import type { DataValidation, RuleResult } from '../../../../local-api/contract/index.ts';

const rule = (ruleId: string, more: Partial<RuleResult>): RuleResult => ({
  ruleId,
  kind: 'range',
  column: 'delay',
  severity: 'error',
  status: 'passed',
  expected: 'from 0 to 100',
  found: '0 to 90',
  checked: 1000,
  broken: 0,
  brokenShare: 0,
  columns: [],
  rows: [],
  hasRows: false,
  ...more,
});

const check = {
  id: 'dvl_1',
  dataName: 'flights v2',
  verdict: 'failed',
  schemaVersion: 3,
  rows: 1000,
  rules: 2,
  failed: 1,
  warned: 0,
  unknown: 0,
  createdAtMs: Date.parse('2026-06-01T12:00:00Z'),
  results: [
    rule('a', {}),
    rule('b', {
      column: 'carrier',
      status: 'failed',
      expected: 'one of AA, UA',
      found: '<i>ZZ</i>',
      broken: 12,
      columns: ['carrier', 'delay'],
      rows: [{ row: 1042, values: ['<i>ZZ</i>', null] }],
    }),
  ],
} as DataValidation;

test('a check as a document tells what is broken first, with the rows, and values are no markup', () => {
  const html = documentHtml(validationDocument(check));
  expect(html).toContain('1 of 2 rules are broken: 1 of severity error, 0 that only warn.');
  expect(html.indexOf('one of AA, UA')).toBeLessThan(html.indexOf('from 0 to 100'));
  expect(html).toContain('12 of 1,000');
  expect(html).toMatch(/1,042.*&lt;i&gt;ZZ&lt;\/i&gt;.*missing/s);
  expect(html).not.toContain('<i>');
});
