import type {
  MultivariateDrift,
  QualityCheck,
  QualityDrift,
  TextDrift,
} from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { ShareBar } from '../../../components/ShareBar.tsx';
import { DriftVerdict } from '../DriftVerdict.tsx';
import { sectionId, sectionTitles } from './section-words.ts';
import classes from './sections.module.css';

type Done<Section> = Extract<Section, { status: 'done' }>;

const kinds: Readonly<Record<QualityCheck['kind'], string>> = {
  missing: 'Missing values',
  'new-values': 'New values',
  'out-of-range': 'Out of range',
  unreadable: 'Unreadable cells',
  duplicates: 'Duplicate rows',
  constant: 'One value only',
};

/** What became of missing values, new values, ranges and duplicates. */
export function QualityPanel({ quality }: { quality: Done<QualityDrift> }) {
  return (
    <div id={sectionId('quality')} className={classes.section}>
      <Panel title={sectionTitles.quality}>
        <p className={classes.finding}>{quality.finding}</p>
        {quality.checks.length === 0 ? null : (
          <PlainTable
            label="Checks of data quality"
            isInset
            maxHeight={360}
            rows={quality.checks}
            keyOf={({ column, kind }) => `${kind} ${column ?? ''}`}
            columns={[
              { name: 'Column', cell: ({ column }) => column ?? 'all columns' },
              { name: 'Check', cell: ({ kind }) => kinds[kind], cellHint: ({ note }) => note },
              { name: 'Before', isNumber: true, cell: ({ reference }) => formatPercent(reference, 2) },
              { name: 'Now', isNumber: true, cell: ({ current }) => formatPercent(current, 2) },
              { name: 'p', isNumber: true, cell: ({ pValue }) => formatNumber(pValue, 2) },
              { name: 'Says', cell: ({ drifted }) => <DriftVerdict drifted={drifted} /> },
              { name: 'What', cell: ({ note }) => <span className="a-dim">{note}</span> },
            ]}
          />
        )}
        {quality.rows === undefined ? null : (
          <p className="a-dim">
            By {formatCount(quality.rows.reference)} and {formatCount(quality.rows.current)} rows.
          </p>
        )}
      </Panel>
    </div>
  );
}

/** All columns looked at together. */
export function MultivariatePanel({ multivariate }: { multivariate: Done<MultivariateDrift> }) {
  const { domain, reconstruction, rows, finding } = multivariate;
  return (
    <div id={sectionId('multivariate')} className={classes.section}>
      <Panel title={sectionTitles.multivariate}>
        <p className={classes.finding}>{finding}</p>
        {domain === null ? null : (
          <p className={classes.finding}>
            A classifier that guesses which window a row is from reaches an AUC of{' '}
            <strong>{formatNumber(domain.auc, 3)}</strong>{' '}
            <span className="a-dim">
              [{formatNumber(domain.low, 3)}, {formatNumber(domain.high, 3)}]; 0.5 is guessing
            </span>
          </p>
        )}
        {reconstruction === null ? null : (
          <p className={classes.finding}>
            {reconstruction.components} principal components ({formatPercent(reconstruction.explained, 0)} of
            the variance) put rows together again with a mean error of{' '}
            {formatNumber(reconstruction.current, 3)}{' '}
            <span className="a-dim">
              instead of {formatNumber(reconstruction.reference, 3)} (p{' '}
              {formatNumber(reconstruction.pValue, 2)})
            </span>
          </p>
        )}
        {domain === null || domain.importances.length === 0 ? null : (
          <>
            <h3 className={classes.heading}>What tells the windows apart</h3>
            <PlainTable
              label="What tells the windows apart"
              isInset
              maxHeight={260}
              rows={domain.importances}
              keyOf={({ column }) => column}
              columns={[
                { name: 'Column', cell: ({ column }) => column },
                {
                  name: 'Share',
                  cell: ({ share }) => (
                    <span className={classes.share}>
                      <ShareBar share={share} />
                      {formatPercent(share, 0)}
                    </span>
                  ),
                },
              ]}
            />
          </>
        )}
        <p className="a-dim">
          By {formatCount(rows.reference)} and {formatCount(rows.current)} rows.
        </p>
      </Panel>
    </div>
  );
}

/** Columns of free text. */
export function TextPanel({ text }: { text: Done<TextDrift> }) {
  return (
    <div id={sectionId('text')} className={classes.section}>
      <Panel title={sectionTitles.text}>
        <p className={classes.finding}>{text.finding}</p>
        {text.columns.map((column) => (
          <div key={column.name}>
            <h3 className={classes.heading}>
              {column.name}: AUC {formatNumber(column.auc, 3)} [{formatNumber(column.low, 3)},{' '}
              {formatNumber(column.high, 3)}]
            </h3>
            <div className={classes.pair}>
              <Side
                title="Typical of the reference"
                words={column.reference}
                examples={column.examples.reference}
              />
              <Side title="Typical now" words={column.current} examples={column.examples.current} />
            </div>
          </div>
        ))}
      </Panel>
    </div>
  );
}

type SideProps = { title: string; words: readonly { word: string }[]; examples: readonly string[] };

function Side({ title, words, examples }: SideProps) {
  return (
    <div>
      <h4 className={classes.heading}>{title}</h4>
      <div className={classes.words}>
        {words.length === 0 ? <span className="a-dim">No words stand out.</span> : null}
        {words.map(({ word }) => (
          <span key={word} className={classes.word}>
            {word}
          </span>
        ))}
      </div>
      <ul className={classes.examples}>
        {[...new Set(examples)].slice(0, 3).map((example) => (
          <li key={example}>{example}</li>
        ))}
      </ul>
    </div>
  );
}
