import type {
  ColumnDetails,
  ColumnProfile,
  DatasetVersion,
  Finding,
  ProfileDetails,
  VersionProfile,
} from '../../../local-api/contract/index.ts';
import {
  badge,
  barsSvg,
  facts,
  type Html,
  heatTable,
  histogramSvg,
  html,
  joined,
  reportPage,
  type Section,
  table,
} from '../../report-html/index.ts';
import { percent } from './column-warnings.ts';

type WholeProfile = VersionProfile & { details: ProfileDetails };

const MOST_COLUMNS = 300;
const MOST_IN_MATRIX = 40;
const TOP_VALUES = 8;

const tones = { high: 'bad', medium: 'warn', info: 'plain' } as const;

/** The profile of a version as one page that needs nothing else: findings first, then each column, then how they go together. */
export function profileHtml(version: DatasetVersion, profile: WholeProfile): string {
  const { details, target } = profile;
  const sections: Section[] = [
    { id: 'findings', title: 'What to look at first', body: findingsTable(details.findings) },
    { id: 'columns', title: 'Columns', body: columnCards(profile) },
  ];
  if (target !== null) {
    sections.splice(1, 0, { id: 'target', title: `Target: ${target.column}`, body: targetPart(profile) });
  }
  if (details.missing !== null) {
    sections.push({ id: 'missing', title: 'Missing values', body: missingPart(details, profile.rows) });
  }
  if (details.associations.length > 0) {
    sections.push({ id: 'relations', title: 'How columns go together', body: relationsPart(details) });
  }
  if ((details.duplicates?.examples.length ?? 0) > 0) {
    sections.push({
      id: 'duplicates',
      title: 'Rows that occur more than once',
      body: duplicatesPart(details),
    });
  }
  return reportPage({
    title: `Profile of ${version.dataset} version ${version.version}`,
    facts: [
      `${count(profile.rows)} rows`,
      `${count(profile.columns.length)} columns`,
      `${percent(missingShare(profile))} of the cells missing`,
      profile.duplicateRows === null
        ? 'repeated rows not counted'
        : `${count(profile.duplicateRows)} repeated rows`,
      `from ${version.sourceName}`,
    ],
    sections,
    footer: `Made by Assay. ${details.sampledRows === null ? 'All figures are from all rows.' : `Counts, moments and missing values are from all rows; semantic types, texts and relations between columns from ${count(details.sampledRows)} of them, taken evenly.`} Content ${version.digest}.`,
  });
}

function count(value: number): string {
  return value.toLocaleString('en');
}

function short(value: number | null | undefined): string {
  return value === null || value === undefined ? '' : String(Number(value.toPrecision(5)));
}

function missingShare({ rows, columns }: VersionProfile): number {
  const cells = rows * columns.length;
  return cells === 0 ? 0 : columns.reduce((sum, { missing }) => sum + missing, 0) / cells;
}

function findingsTable(findings: readonly Finding[]): Html {
  if (findings.length === 0) return html`<p>Nothing stands out.</p>`;
  return table(
    [{ title: 'Severity' }, { title: 'Column' }, { title: 'What' }, { title: 'What to do' }],
    findings.map(({ severity, column, message, advice }) => [
      badge(severity, tones[severity]),
      column ?? 'table',
      message,
      advice,
    ]),
  );
}

function columnCards({ columns, rows, details }: WholeProfile): Html {
  const cards = columns
    .slice(0, MOST_COLUMNS)
    .map((column, index) => columnCard(column, details.columns[index], rows));
  const rest =
    columns.length > MOST_COLUMNS
      ? html`<p class="dim">${count(columns.length - MOST_COLUMNS)} more columns are not shown.</p>`
      : null;
  return html`<div class="cards">${cards}</div>${rest}`;
}

function columnCard(column: ColumnProfile, details: ColumnDetails | undefined, rows: number): Html {
  const isTime = column.type === 'datetime' || column.type === 'date';
  const format = isTime ? (ms: number) => new Date(ms).toISOString().slice(0, 10) : short;
  const label = `Distribution of ${column.name}`;
  const { histogram } = column;
  const chart =
    histogram !== null
      ? histogramSvg({ label, edges: histogram.edges, series: [histogram.counts], format })
      : null;
  const top = column.topValues.slice(0, TOP_VALUES);
  const bars =
    histogram === null && top.length > 0
      ? barsSvg({
          label,
          labels: top.map(({ value }) => String(value)),
          values: top.map((one) => one.count),
          format: count,
        })
      : null;
  const meaning = details?.semantic ?? null;
  return html`<div class="card"><h3>${column.name} ${badge(column.type)} ${meaning === null ? null : badge(meaning)}</h3>${chart}${bars}${facts(columnFacts(column, details, rows))}</div>`;
}

function columnFacts(
  column: ColumnProfile,
  details: ColumnDetails | undefined,
  rows: number,
): (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [
    [
      'Missing',
      column.missing === 0 ? 'none' : `${count(column.missing)} (${percent(column.missing / rows)})`,
    ],
    ['Distinct', count(column.distinct)],
  ];
  if (column.min !== null) pairs.push(['Range', `${column.min} to ${column.max}`]);
  if (column.mean !== null) pairs.push(['Mean', `${short(column.mean)} ± ${short(column.std)}`]);
  if (column.quantiles !== null) {
    const { p05, p25, p50, p75, p95 } = column.quantiles;
    pairs.push(['5, 25, 50, 75, 95 %', [p05, p25, p50, p75, p95].map(short).join(' · ')]);
  }
  if (details?.number) {
    const { skewness, kurtosis, negatives, order } = details.number;
    pairs.push(['Skewness, kurtosis', `${short(skewness)}, ${short(kurtosis)}`]);
    pairs.push(['Zeros, negatives', `${count(column.zeros ?? 0)}, ${count(negatives)}`]);
    if (order !== null) pairs.push(['Order', order]);
  }
  if (details?.text && column.textLength) {
    const { min, mean, max } = column.textLength;
    pairs.push(['Length', `${min} to ${max}, ${short(mean)} on average`]);
  }
  if (details?.time) {
    pairs.push(['Steps', details.time.frequency ?? 'irregular']);
    if (details.time.gaps.length > 0) pairs.push(['Gaps', count(details.time.gaps.length)]);
  }
  return pairs;
}

function targetPart({ target }: WholeProfile): Html {
  if (target === null) return html``;
  const classes =
    target.classes.length === 0
      ? null
      : barsSvg({
          label: `Classes of ${target.column}`,
          labels: target.classes.slice(0, 20).map(({ value }) => String(value)),
          values: target.classes.slice(0, 20).map((one) => one.count),
          format: count,
        });
  const relations = table(
    [
      { title: 'Column' },
      { title: 'Tells of the target', align: 'end' },
      { title: 'Measure' },
      { title: 'Value', align: 'end' },
    ],
    target.relations.map(({ name, information, measure, value }) => [
      name,
      information === null ? '' : percent(information),
      measure,
      value === null ? '' : value.toFixed(3),
    ]),
  );
  return html`${findingsTable(target.findings)}<div class="grid">${classes ?? []}<div>${relations}</div></div>`;
}

function missingPart({ missing }: ProfileDetails, rows: number): Html {
  if (missing === null) return html``;
  const patterns = table(
    [{ title: 'Rows', align: 'end' }, { title: '', align: 'end' }, { title: 'Missing together' }],
    missing.patterns.map(({ missing: names, rows: n }) => [
      count(n),
      percent(n / rows),
      names.length === 0 ? 'nothing is missing' : names.join(', '),
    ]),
  );
  const matrix =
    missing.columns.length > 1 && missing.columns.length <= MOST_IN_MATRIX
      ? html`<h4>Correlation of being missing</h4>${heatTable(missing.columns, missing.columns, missing.correlation)}`
      : null;
  return html`<p>${count(missing.completeRows)} of ${count(rows)} rows are complete; ${count(missing.patternCount)} combinations of missing values occur.</p>${patterns}${matrix}`;
}

const measureNames = {
  overall: 'All columns: |Spearman|, Cramér’s V or correlation ratio by type',
  pearson: 'Pearson’s correlation',
  spearman: 'Spearman’s rank correlation',
  'cramers-v': 'Cramér’s V, bias-corrected',
  'correlation-ratio': 'Correlation ratio: how much of a number a category explains',
};

function relationsPart({ associations }: ProfileDetails): Html {
  return joined(
    associations
      .filter(({ rows, columns }) => Math.max(rows.length, columns.length) <= MOST_IN_MATRIX)
      .map(
        ({ measure, rows, columns, values }) =>
          html`<h4>${measureNames[measure]}</h4>${heatTable(rows, columns, values)}`,
      ),
  );
}

function duplicatesPart({ duplicates }: ProfileDetails): Html {
  if (duplicates === null) return html``;
  return table(
    [{ title: 'Times', align: 'end' }, ...duplicates.columns.map((title) => ({ title }))],
    duplicates.examples.map(({ cells, count: n }) => [
      count(n),
      ...cells.map((cell) => (cell === null ? '' : String(cell).slice(0, 100))),
    ]),
  );
}
