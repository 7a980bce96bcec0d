import type { DriftReport } from '../../../local-api/contract/index.ts';
import type { Block } from '../../report-document/index.ts';
import { figure, moment, percent, plural } from './figures.ts';

/** Where the shift lies, since when, and what it does to the model; empty where the report does not say. */
export function causeBlocks({ sections }: DriftReport): Block[] {
  const causes = sections?.causes;
  if (causes === undefined || causes.status !== 'done') return [];
  const blocks: Block[] = [{ kind: 'text', text: causes.finding }];
  if (causes.since !== null) {
    const { atMs, chunk, of, column } = causes.since;
    const when = atMs === null ? `part ${chunk + 1} of ${of} of the current data` : moment(atMs);
    blocks.push({
      kind: 'facts',
      facts: [['Since', `${when}${column === null ? '' : `, first seen in ${column}`}`]],
    });
  }
  if (causes.sinceVersion !== null) {
    const { dataset, version, createdAtMs, column } = causes.sinceVersion;
    blocks.push({
      kind: 'facts',
      facts: [['Since version', `${dataset} v${version} (${moment(createdAtMs)}), by ${column}`]],
    });
  }
  if (causes.upstream.length > 0)
    blocks.push(
      { kind: 'heading', text: 'What it was made of' },
      {
        kind: 'list',
        items: causes.upstream.map(({ text, drift }) =>
          drift === null
            ? text
            : `${text} ${drift.drifted.length} of ${plural(drift.columns, 'column')} drifted${drift.drifted.length === 0 ? '' : `: ${drift.drifted.slice(0, 6).join(', ')}`}.`,
        ),
      },
    );
  if (causes.impact.length > 0)
    blocks.push(
      { kind: 'heading', text: 'What it does to the model' },
      {
        kind: 'table',
        columns: [
          { title: 'Column' },
          { title: 'Importance', width: 0.18, align: 'end' },
          { title: 'Drift', width: 0.18, align: 'end' },
          { title: 'Importance × drift', width: 0.2, align: 'end' },
        ],
        rows: causes.impact.map(({ column, importance, drift, impact }) => [
          column,
          percent(importance),
          figure(drift),
          figure(impact),
        ]),
      },
    );
  if (causes.slices.length > 0)
    blocks.push(
      { kind: 'heading', text: 'Rows that take the shift with them' },
      {
        kind: 'table',
        columns: [
          { title: 'Rows' },
          { title: 'Reference', width: 0.15, align: 'end' },
          { title: 'Current', width: 0.15, align: 'end' },
          { title: 'Explains', width: 0.15, align: 'end' },
        ],
        rows: causes.slices.map(({ text, reference, current, explains }) => [
          text,
          percent(reference),
          percent(current),
          percent(explains),
        ]),
      },
    );
  if (causes.values.length > 0)
    blocks.push(
      { kind: 'heading', text: 'Values whose share changed most' },
      {
        kind: 'table',
        columns: [
          { title: 'Column', width: 0.3 },
          { title: 'Value' },
          { title: 'Reference', width: 0.15, align: 'end' },
          { title: 'Current', width: 0.15, align: 'end' },
        ],
        rows: causes.values.map(({ column, value, reference, current }) => [
          column,
          value,
          percent(reference),
          percent(current),
        ]),
      },
    );
  return blocks;
}

/** What to do, in plain words. */
export function actions({ sections }: DriftReport): string[] {
  const causes = sections?.causes;
  return causes?.status === 'done' ? causes.actions.map(({ text }) => text) : [];
}
