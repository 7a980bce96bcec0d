import {
  type ColumnDrift,
  type DriftLevel,
  type DriftMethod,
  driftLevelOf,
  driftMethods,
} from '../../../local-api/contract/index.ts';
import {
  type Block,
  type Cell,
  type Drawing,
  overlaidHistogram,
  pairedBars,
  type Tone,
} from '../../report-document/index.ts';
import { chance, count, figure, percent } from './figures.ts';

/** Columns that are shown with a picture; the table has all of them. */
const mostPictures = 40;
const mostBars = 12;

const levels: Record<DriftLevel, { word: string; tone: Tone; rank: number }> = {
  drifted: { word: 'drifted', tone: 'warn', rank: 0 },
  minor: { word: 'changed, too little to matter', tone: 'plain', rank: 1 },
  'too-few': { word: 'too few rows to say', tone: 'plain', rank: 2 },
  none: { word: 'no drift', tone: 'good', rank: 3 },
};

/** The most changed first: what drifted before what did not, then by the size of the change. */
export function bySize(columns: readonly ColumnDrift[]): ColumnDrift[] {
  const size = ({ effect, score, threshold }: ColumnDrift) => effect?.value ?? score / threshold;
  return columns.toSorted(
    (a, b) =>
      levels[driftLevelOf(a)].rank - levels[driftLevelOf(b)].rank ||
      size(b) - size(a) ||
      (a.name < b.name ? -1 : 1),
  );
}

/** All columns in a table, the most changed first. */
export function columnTable(columns: readonly ColumnDrift[]): Block {
  return {
    kind: 'table',
    columns: [
      { title: 'Column', width: 0.24 },
      { title: 'Verdict', width: 0.2 },
      { title: 'Size of the change', width: 0.14, align: 'end' },
      { title: 'p', width: 0.1, align: 'end' },
      { title: 'Method', width: 0.18 },
      { title: 'Missing', width: 0.14, align: 'end' },
    ],
    rows: bySize(columns).map((column) => [
      column.name,
      verdictCell(column),
      column.effect === undefined ? figure(column.score) : `${figure(column.effect.value, 2)} σ`,
      chance(column.significance?.adjusted ?? column.pValue),
      driftMethods[column.method].title,
      `${percent(missingShare(column.reference))} → ${percent(missingShare(column.current))}`,
    ]),
  };
}

/** Each column that has drifted: the verdict in a sentence, both distributions, and its figures. */
export function driftedColumnBlocks(columns: readonly ColumnDrift[]): Block[] {
  const drifted = bySize(columns).filter((column) => column.drifted);
  const rest = drifted.length - mostPictures;
  return [
    { kind: 'text', isDim: true, text: 'In the pictures the reference is blue and the current data orange.' },
    ...drifted.slice(0, mostPictures).flatMap(columnBlocks),
    ...(rest > 0
      ? [
          {
            kind: 'text' as const,
            isDim: true,
            text: `${count(rest)} more columns drifted; the table above has them.`,
          },
        ]
      : []),
  ];
}

/** What is known of one column. */
export function columnBlocks(column: ColumnDrift): Block[] {
  const { reference, current } = column;
  const means: (readonly [string, string])[] =
    reference.mean === null
      ? []
      : [
          ['Mean', `${figure(reference.mean)} → ${figure(current.mean)}`],
          ['Standard deviation', `${figure(reference.std)} → ${figure(current.std)}`],
        ];
  return [
    { kind: 'heading', text: column.name, badge: verdictCell(column) },
    { kind: 'text', text: column.reason },
    { kind: 'figure', drawing: distributionDrawing(column) },
    {
      kind: 'facts',
      facts: [
        ['Values', `${count(reference.count)} → ${count(current.count)}`],
        ...means,
        ['Missing', `${percent(missingShare(reference))} → ${percent(missingShare(current))}`],
      ],
    },
  ];
}

export function verdictCell(column: Pick<ColumnDrift, 'level' | 'drifted'>): Cell {
  const { word, tone } = levels[driftLevelOf(column)];
  return { text: word, tone };
}

function missingShare({ count: values, missing }: ColumnDrift['reference']): number {
  return values + missing === 0 ? 0 : missing / (values + missing);
}

function distributionDrawing({ name, type, distribution }: ColumnDrift): Drawing {
  const label = `${name}: the reference as bars, the current data as a line over them`;
  if (distribution.kind === 'histogram') {
    const isTime = type === 'date' || type === 'datetime';
    const { edges, reference, current } = distribution;
    return overlaidHistogram({
      label,
      edges,
      first: reference,
      second: current,
      format: (edge) => (isTime ? new Date(edge).toISOString().slice(0, 10) : figure(edge, 4)),
    });
  }
  const { labels, reference, current } = distribution;
  return pairedBars({
    label: `${name}: shares in the reference and in the current data, one under the other`,
    labels: labels.slice(0, mostBars),
    first: reference.slice(0, mostBars),
    second: current.slice(0, mostBars),
    format: percent,
  });
}

/** A sentence for each method that decided, so that a reader of the file alone knows what the figures are. */
export function glossary(columns: readonly ColumnDrift[]): Block {
  const used = [...new Set<DriftMethod>(columns.map(({ method }) => method))].sort();
  return {
    kind: 'facts',
    facts: [
      ...used.map((method): [string, string] => {
        const { title, meaning, source } = driftMethods[method];
        return [title, `${meaning} ${source}`];
      }),
      ...(columns.some(({ effect }) => effect !== undefined)
        ? ([
            [
              'Size of the change (σ)',
              'How far a normal column would have to move, in its standard deviations, to change as much; what two windows of these sizes differ by without any change is taken off.',
            ],
            [
              'p',
              'The chance of a difference as large without any change, corrected for the number of columns (Benjamini–Hochberg).',
            ],
          ] as [string, string][])
        : []),
    ],
  };
}
