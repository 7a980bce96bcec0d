import type { DataValidation, ReportFormat, RuleResult } from '../../local-api/contract/index.ts';
import {
  type Block,
  type Cell,
  type DocumentSection,
  type ReportDocument,
  type Tone,
  type WrittenReport,
  writeDocument,
} from '../report-document/index.ts';

/** Rows that break a rule are shown for so many rules, and so many of each. */
const mostRules = 30;
const mostRows = 10;
const mostColumns = 6;

const verdicts: Record<DataValidation['verdict'], { word: string; tone: Tone }> = {
  passed: { word: 'Passed', tone: 'good' },
  warned: { word: 'Passed with warnings', tone: 'warn' },
  failed: { word: 'Failed', tone: 'bad' },
};

/** A check of data as a file: the verdict, each rule, and the first rows that break them. */
export function writeValidation(check: DataValidation, format: ReportFormat): Promise<WrittenReport> {
  return writeDocument(
    { source: check, document: validationDocument(check), name: `validation of ${check.dataName}` },
    format,
  );
}

/** The same as a document. */
export function validationDocument(check: DataValidation): ReportDocument {
  const { dataName, rows, rules, results, createdAtMs } = check;
  const broken = results.filter(({ status }) => status === 'failed');
  const withRows = broken.filter((result) => result.rows.length > 0);
  const sections: DocumentSection[] = [
    { id: 'summary', title: 'Summary', blocks: [summary(check, broken)] },
    { id: 'rules', title: 'Rules', blocks: [ruleTable(results)] },
    ...(withRows.length === 0
      ? []
      : [
          {
            id: 'rows',
            title: 'Rows that break them',
            blocks: withRows.slice(0, mostRules).flatMap(failingRows),
          },
        ]),
  ];
  return {
    title: `Validation of ${dataName}`,
    facts: [
      `${count(rows)} rows`,
      `${count(rules)} rules`,
      check.schemaVersion === null ? 'a schema sent along' : `schema ${check.schemaVersion}`,
      `${new Date(createdAtMs).toISOString().slice(0, 16).replace('T', ' ')} UTC`,
    ],
    sections,
    footer: `Made by Assay from the check ${check.id}.`,
    createdAtMs,
  };
}

function summary(
  { verdict, rules, failed, warned, unknown }: DataValidation,
  broken: readonly RuleResult[],
): Block {
  const { word, tone } = verdicts[verdict];
  const parts = [
    `${count(broken.length)} of ${count(rules)} rules are broken: ${count(failed)} of severity error, ${count(warned)} that only warn.`,
    ...(unknown === 0 ? [] : [`${count(unknown)} could not be judged.`]),
  ];
  return {
    kind: 'callout',
    tone,
    title: word,
    text: broken.length === 0 && unknown === 0 ? `None of ${count(rules)} rules is broken.` : parts.join(' '),
  };
}

/** What is broken first. */
function ruleTable(results: readonly RuleResult[]): Block {
  const rank = { failed: 0, unknown: 1, passed: 2, skipped: 3 };
  return {
    kind: 'table',
    columns: [
      { title: 'Column', width: 0.18 },
      { title: 'Asked for', width: 0.28 },
      { title: 'Found', width: 0.28 },
      { title: 'Broken', width: 0.12, align: 'end' },
      { title: 'Verdict', width: 0.14 },
    ],
    rows: results
      .toSorted((a, b) => rank[a.status] - rank[b.status])
      .map((result) => [
        result.column ?? 'table',
        result.expected,
        result.found,
        result.broken === 0 ? '' : `${count(result.broken)} of ${count(result.checked)}`,
        statusCell(result),
      ]),
  };
}

function statusCell({ status, severity }: RuleResult): Cell {
  if (status === 'passed') return { text: 'passed', tone: 'good' };
  if (status === 'failed')
    return { text: severity === 'error' ? 'error' : 'warning', tone: severity === 'error' ? 'bad' : 'warn' };
  return { text: status === 'unknown' ? 'not judged' : 'nothing to judge', tone: 'plain' };
}

function failingRows(result: RuleResult): Block[] {
  const columns = result.columns.slice(0, mostColumns);
  return [
    {
      kind: 'heading',
      text: `${result.column ?? 'table'}: ${result.expected}`,
      badge: statusCell(result),
    },
    {
      kind: 'table',
      columns: [{ title: 'Row', width: 0.1, align: 'end' }, ...columns.map((title) => ({ title }))],
      rows: result.rows
        .slice(0, mostRows)
        .map(({ row, values }) => [
          row === null ? '' : count(row),
          ...columns.map((_, index) => (values[index] === null ? 'missing' : String(values[index] ?? ''))),
        ]),
    },
  ];
}

function count(value: number): string {
  return value.toLocaleString('en');
}
