import {
  type DriftReport,
  type DriftSection,
  type DriftSections,
  embeddingMethods,
} from '../../../local-api/contract/index.ts';
import {
  type Block,
  type Cell,
  type DocumentSection,
  overlaidHistogram,
} from '../../report-document/index.ts';
import { columnBlocks, columnTable } from './column-blocks.ts';
import { chance, count, figure, percent } from './figures.ts';

const titles: Record<DriftSection, string> = {
  prediction: 'What the model answers',
  target: 'The truth',
  concept: 'How good the model is',
  quality: 'Quality of the data',
  multivariate: 'All columns together',
  embedding: 'Embeddings',
  text: 'Texts',
  estimate: 'How good the model should be',
  causes: 'Likely causes',
};

type Done<K extends DriftSection> = Extract<DriftSections[K], { status: 'done' }>;

/** The parts of a report besides its columns, those that found something first; those that could not be made are named at the end. */
export function reportSections({ sections }: DriftReport): DocumentSection[] {
  if (sections === null) return [];
  const made: { isBad: boolean; section: DocumentSection }[] = [];
  const add = <K extends DriftSection>(kind: K, blocks: (part: Done<K>) => Block[]): void => {
    const part: DriftSections[K] = sections[kind];
    if (part.status !== 'done') return;
    const done = part as Done<K>;
    made.push({
      isBad: part.drifted,
      section: { id: kind, title: titles[kind], blocks: [finding(part), ...blocks(done)] },
    });
  };
  add('concept', conceptBlocks);
  add('estimate', estimateBlocks);
  add('prediction', ({ columns }) => [
    columnTable(columns),
    ...columns.filter((c) => c.drifted).flatMap(columnBlocks),
  ]);
  add('target', ({ column }) => columnBlocks(column));
  add('quality', qualityBlocks);
  add('multivariate', multivariateBlocks);
  add('embedding', embeddingBlocks);
  add('text', textBlocks);
  return made.toSorted((a, b) => Number(b.isBad) - Number(a.isBad)).map(({ section }) => section);
}

/** Parts that could not be made, and why. */
export function skippedSections({ sections }: DriftReport): string[] {
  if (sections === null) return [];
  return (Object.keys(titles) as DriftSection[]).flatMap((kind) => {
    const part = sections[kind];
    return part.status === 'skipped' ? [`${titles[kind]}: ${part.reason}`] : [];
  });
}

function finding(part: { drifted: boolean; finding: string }): Block {
  return {
    kind: 'callout',
    tone: part.drifted ? 'warn' : 'good',
    title: part.drifted ? 'Changed' : 'No change',
    text: part.finding,
  };
}

const verdicts: Record<'better' | 'worse' | 'same', Cell> = {
  better: { text: 'better', tone: 'good' },
  worse: { text: 'worse', tone: 'bad' },
  same: { text: 'no difference shown', tone: 'plain' },
};

function conceptBlocks({ metrics, referenceTruths, currentTruths, confidence }: Done<'concept'>): Block[] {
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Metric' },
        { title: 'Reference', width: 0.22, align: 'end' },
        { title: 'Current', width: 0.22, align: 'end' },
        { title: 'p', width: 0.1, align: 'end' },
        { title: 'Verdict', width: 0.2 },
      ],
      rows: metrics.map(({ metric, reference, current, pValue, verdict }) => [
        metric,
        interval(reference),
        interval(current),
        chance(pValue),
        verdicts[verdict],
      ]),
    },
    {
      kind: 'text',
      isDim: true,
      text: `True values of ${count(referenceTruths)} and ${count(currentTruths)} rows are known. Intervals of ${percent(confidence)}; p-values corrected for the number of metrics (Holm).`,
    },
  ];
}

function interval({
  value,
  low,
  high,
}: {
  value: number | null;
  low: number | null;
  high: number | null;
}): string {
  return low === null || high === null
    ? figure(value)
    : `${figure(value)} (${figure(low)} to ${figure(high)})`;
}

function estimateBlocks({ method, metrics, rows, calibration }: Done<'estimate'>): Block[] {
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Metric' },
        { title: 'Reference', width: 0.16, align: 'end' },
        { title: 'Estimate', width: 0.28, align: 'end' },
        { title: 'Realised', width: 0.16, align: 'end' },
        { title: 'Verdict', width: 0.16 },
      ],
      rows: metrics.map(({ metric, reference, estimate, low, high, realised, alert }) => [
        metric,
        figure(reference),
        interval({ value: estimate, low, high }),
        figure(realised),
        alert ? { text: 'left its range', tone: 'bad' } : { text: 'as usual', tone: 'good' },
      ]),
    },
    {
      kind: 'text',
      isDim: true,
      text: `${method === 'cbpe' ? 'Worked out from the probabilities that the model gives (confidence-based performance estimation)' : 'Worked out by a model of its own errors (direct loss estimation)'}, from ${count(rows.reference)} rows of the reference, for ${count(rows.current)} rows, without true values. It holds as long as only the data has changed and not what they mean.${calibration?.used ? ' The probabilities were calibrated first.' : ''}`,
    },
  ];
}

const qualityWords: Record<Done<'quality'>['checks'][number]['kind'], string> = {
  missing: 'missing values',
  'new-values': 'values that were not there',
  'out-of-range': 'out of the range before',
  unreadable: 'of another type',
  duplicates: 'rows that occur twice',
  constant: 'one value only',
};

function qualityBlocks({ checks, checked, rows }: Done<'quality'>): Block[] {
  return [
    {
      kind: 'table',
      columns: [
        { title: 'Column', width: 0.24 },
        { title: 'What', width: 0.2 },
        { title: 'Reference', width: 0.12, align: 'end' },
        { title: 'Current', width: 0.12, align: 'end' },
        { title: 'p', width: 0.1, align: 'end' },
        { title: 'Note' },
      ],
      rows: checks.map(({ column, kind, reference, current, pValue, drifted, note }) => [
        column ?? 'whole rows',
        drifted ? { text: qualityWords[kind], tone: 'warn' } : qualityWords[kind],
        percent(reference),
        percent(current),
        chance(pValue),
        note,
      ]),
    },
    {
      kind: 'text',
      isDim: true,
      text: `${count(checked)} checks in all; those that are zero on both sides are left out.${rows === undefined ? '' : ` By ${count(rows.reference)} and ${count(rows.current)} rows.`}`,
    },
  ];
}

function multivariateBlocks({ domain, reconstruction }: Done<'multivariate'>): Block[] {
  const blocks: Block[] = [];
  if (domain !== null)
    blocks.push(
      {
        kind: 'facts',
        facts: [
          [
            'Telling the windows apart',
            `AUC ${figure(domain.auc)} (${figure(domain.low)} to ${figure(domain.high)}), where 0.5 is by chance; p ${chance(domain.pValue)}`,
          ],
        ],
      },
      {
        kind: 'table',
        columns: [{ title: 'Column that tells them apart' }, { title: 'Share', width: 0.2, align: 'end' }],
        rows: domain.importances.map(({ column, share }) => [column, percent(share)]),
      },
    );
  if (reconstruction !== null)
    blocks.push({
      kind: 'facts',
      facts: [
        [
          'Reconstruction error',
          `${figure(reconstruction.reference)} → ${figure(reconstruction.current)}; usual from ${figure(reconstruction.low)} to ${figure(reconstruction.high)} (${count(reconstruction.components)} components keep ${percent(reconstruction.explained)} of the variance)`,
        ],
      ],
    });
  return blocks;
}

function embeddingBlocks({ embeddings }: Done<'embedding'>): Block[] {
  return embeddings.flatMap((one): Block[] => [
    {
      kind: 'heading',
      text: `${one.name} (${count(one.dimensions)} numbers)`,
      badge: one.drifted ? { text: 'drifted', tone: 'warn' } : { text: 'no drift', tone: 'good' },
    },
    { kind: 'text', text: one.reason },
    {
      kind: 'figure',
      drawing: overlaidHistogram({
        label: `${one.name}: along the direction in which both sides differ most, the reference as bars, the current data as a line over them`,
        edges: one.scores.edges,
        first: one.scores.reference,
        second: one.scores.current,
        format: (edge) => figure(edge, 2),
      }),
    },
    {
      kind: 'table',
      columns: [
        { title: 'Method' },
        { title: 'Score', width: 0.15, align: 'end' },
        { title: 'Threshold', width: 0.15, align: 'end' },
        { title: 'p', width: 0.12, align: 'end' },
        { title: 'Alone it says', width: 0.18 },
      ],
      rows: one.results.map(({ method, score, threshold, pValue, drifted }) => [
        embeddingMethods[method].title,
        figure(score),
        figure(threshold),
        chance(pValue),
        drifted ? { text: 'drifted', tone: 'warn' } : 'no drift',
      ]),
    },
    {
      kind: 'text',
      isDim: true,
      text: `By ${count(one.rows.reference)} and ${count(one.rows.current)} vectors; without one: ${percent(one.missing.reference)} → ${percent(one.missing.current)} of the rows.`,
    },
  ]);
}

const mostWords = 12;

function textBlocks({ columns }: Done<'text'>): Block[] {
  return columns.flatMap((column): Block[] => [
    {
      kind: 'heading',
      text: column.name,
      badge: column.drifted ? { text: 'drifted', tone: 'warn' } : { text: 'no drift', tone: 'good' },
    },
    {
      kind: 'facts',
      facts: [
        [
          'Words tell the windows apart',
          `AUC ${figure(column.auc)} (${figure(column.low)} to ${figure(column.high)}); p ${chance(column.pValue)}`,
        ],
        ['Typical of the reference', wordsOf(column.reference)],
        ['Typical of the current data', wordsOf(column.current)],
      ],
    },
  ]);
}

function wordsOf(words: readonly { word: string }[]): string {
  return words.length === 0
    ? '–'
    : words
        .slice(0, mostWords)
        .map(({ word }) => word)
        .join(', ');
}
