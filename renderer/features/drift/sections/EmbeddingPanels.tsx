import { Tooltip } from '@mantine/core';
import {
  type DriftReport,
  type EmbeddingColumn,
  type EmbeddingDrift,
  embeddingMethods,
} from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, formatPercent } from '../../../app/format.ts';
import { Histogram } from '../../../charts/Histogram.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { DriftVerdict } from '../DriftVerdict.tsx';
import { formatPValue } from '../severity.ts';
import { sectionId, sectionTitles } from './section-words.ts';
import classes from './sections.module.css';

type Done = Extract<EmbeddingDrift, { status: 'done' }>;
type Names = Pick<DriftReport, 'referenceName' | 'currentName'>;

/** Columns of vectors: where they lie along the direction that tells the sides apart, and what every method says. */
export function EmbeddingPanels({ embedding, report }: { embedding: Done; report: Names }) {
  return (
    <section id={sectionId('embedding')} className={classes.section}>
      <h2 className={classes.heading}>{sectionTitles.embedding}</h2>
      <div className={classes.pair}>
        {embedding.embeddings.map((one) => (
          <EmbeddingPanel key={one.name} embedding={one} report={report} />
        ))}
      </div>
    </section>
  );
}

function EmbeddingPanel({ embedding, report }: { embedding: EmbeddingColumn; report: Names }) {
  const { name, dimensions, source, drifted, reason, rows, missing, method, scores } = embedding;
  const title = `${name}: vectors of both sides along the direction in which they differ most`;
  return (
    <Panel
      title={name}
      aside={
        <span className="a-dim">
          {source === 'list' ? `vectors of ${formatCount(dimensions)}` : `${formatCount(dimensions)} columns`}
        </span>
      }
    >
      <p className={classes.finding}>
        <DriftVerdict drifted={drifted} /> {reason}
      </p>
      <Histogram
        title={title}
        hidesTitle
        summary={`${title}. ${reason}`}
        edges={scores.edges}
        series={[
          { label: `Reference (${report.referenceName})`, values: scores.reference },
          { label: `Current (${report.currentName})`, values: scores.current },
        ]}
        xLabel="Direction in which the sides differ most"
        yLabel="Share of vectors"
        formatY={(share) => formatPercent(share)}
        height={200}
      />
      <PlainTable
        label={`Methods for ${name}`}
        isInset
        rows={embedding.results}
        keyOf={(result) => result.method}
        isMarked={(result) => result.method === method}
        columns={[
          {
            name: 'Method',
            cell: (result) => {
              const { title: methodTitle, meaning, source: origin } = embeddingMethods[result.method];
              return (
                <Tooltip label={`${meaning} ${origin}`} multiline maw={340}>
                  <span>
                    {methodTitle}
                    {result.method === method ? <span className="a-dim"> decides</span> : null}
                  </span>
                </Tooltip>
              );
            },
          },
          { name: 'Score', isNumber: true, cell: ({ score }) => formatNumber(score, 3) },
          { name: 'p-value', isNumber: true, cell: ({ pValue }) => formatPValue(pValue) },
          { name: 'Threshold', isNumber: true, cell: ({ threshold }) => formatNumber(threshold, 3) },
          { name: 'Alone it says', cell: (result) => <DriftVerdict drifted={result.drifted} /> },
        ]}
      />
      <p className="a-dim">
        By {formatCount(rows.reference)} and {formatCount(rows.current)} vectors
        {missing.reference + missing.current > 0
          ? `; rows without one: ${formatPercent(missing.reference)} before, ${formatPercent(missing.current)} now`
          : ''}
        .
      </p>
    </Panel>
  );
}
