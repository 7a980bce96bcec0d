import type { DriftReport } from '../../../local-api/contract/index.ts';
import type { Block, DocumentSection, ReportDocument } from '../../report-document/index.ts';
import { actions, causeBlocks } from './cause-blocks.ts';
import { bySize, columnTable, driftedColumnBlocks, glossary } from './column-blocks.ts';
import { count, moment, plural } from './figures.ts';
import { reportSections, skippedSections } from './section-blocks.ts';

/** Names of drifted columns in the first sentence. */
const mostNamed = 5;

/** A drift report as a document: the verdict, what to do, each column that changed, and what the figures mean. */
export function driftDocument(report: DriftReport): ReportDocument {
  const { referenceName, currentName, columns } = report;
  const drifted = columns.filter((column) => column.drifted);
  const causes = causeBlocks(report);
  const sections: DocumentSection[] = [
    { id: 'summary', title: 'Summary', blocks: summary(report) },
    ...(causes.length > 0 ? [{ id: 'causes', title: 'Likely causes', blocks: causes }] : []),
    { id: 'columns', title: 'Columns', blocks: [columnTable(columns)] },
    ...(drifted.length > 0
      ? [{ id: 'drifted', title: 'What has changed', blocks: driftedColumnBlocks(columns) }]
      : []),
    ...reportSections(report),
    ...leftOut(report),
    { id: 'glossary', title: 'What the figures mean', blocks: [glossary(columns)] },
  ];
  return {
    title: `Drift: ${referenceName} → ${currentName}`,
    facts: [
      `reference ${count(report.referenceRows)} rows`,
      `current ${count(report.currentRows)} rows`,
      plural(report.totalColumns, 'column'),
      moment(report.createdAtMs),
    ],
    sections,
    footer: `Made by Assay from the drift report ${report.id}.`,
    createdAtMs: report.createdAtMs,
  };
}

/** What was not looked at, and why: a report that is silent about it would seem to say that all is well. */
function leftOut(report: DriftReport): DocumentSection[] {
  const items = [
    ...skippedSections(report),
    ...report.skippedColumns.map(({ name, reason }) => `${name}: ${reason}`),
    ...[report.reference, report.current].flatMap((window) => window?.notes ?? []),
  ];
  return items.length === 0
    ? []
    : [{ id: 'skipped', title: 'Not looked at', blocks: [{ kind: 'list', items }] }];
}

function summary(report: DriftReport): Block[] {
  const drifted = bySize(report.columns).filter((column) => column.drifted);
  const names = drifted.slice(0, mostNamed).map(({ name }) => name);
  const more = drifted.length - names.length;
  const toDo = actions(report);
  const text =
    drifted.length === 0
      ? `None of ${plural(report.totalColumns, 'column')} of ${report.currentName} differs from ${report.referenceName} by more than chance and by enough to matter.`
      : `${drifted.length} of ${plural(report.totalColumns, 'column')} changed, the most changed first: ${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}.`;
  return [
    {
      kind: 'callout',
      tone: report.drifted ? 'warn' : 'good',
      title: report.drifted ? 'Drifted' : 'No drift of the whole',
      text,
    },
    {
      kind: 'facts',
      facts: [
        ['Reference', `${report.referenceName}, ${rowsOf(report.referenceRows, report.reference)}`],
        ['Current', `${report.currentName}, ${rowsOf(report.currentRows, report.current)}`],
        ...(report.model === null ? [] : [['Model', report.model] as const]),
        ['Made', moment(report.createdAtMs)],
      ],
    },
    ...(toDo.length === 0
      ? []
      : [
          { kind: 'heading' as const, text: 'What to do' },
          { kind: 'list' as const, items: toDo },
        ]),
  ];
}

function rowsOf(rows: number, window: DriftReport['current']): string {
  const whole = window?.wholeRows ?? null;
  return whole === null ? `${count(rows)} rows` : `${count(rows)} of ${count(whole)} rows`;
}
