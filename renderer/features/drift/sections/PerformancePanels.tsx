import type { ConceptDrift, PerformanceEstimate } from '../../../../local-api/contract/index.ts';
import { formatCount, formatMetric, formatNumber } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import { metricName, sectionId, sectionTitles } from './section-words.ts';
import classes from './sections.module.css';

type DoneConcept = Extract<ConceptDrift, { status: 'done' }>;
type DoneEstimate = Extract<PerformanceEstimate, { status: 'done' }>;

const verdicts = { better: 'good', worse: 'bad', same: 'idle' } as const;

/** How good the model is on both sides, where the truth is known. */
export function ConceptPanel({ concept }: { concept: DoneConcept }) {
  const { metrics, referenceTruths, currentTruths, finding } = concept;
  return (
    <div id={sectionId('concept')} className={classes.section}>
      <Panel title={sectionTitles.concept}>
        <p className={classes.finding}>{finding}</p>
        <PlainTable
          label="Metrics on both sides"
          isInset
          rows={metrics}
          keyOf={({ metric }) => metric}
          columns={[
            { name: 'Metric', cell: ({ metric }) => metricName(metric) },
            { name: 'Reference', isNumber: true, cell: ({ reference }) => withInterval(reference) },
            { name: 'Current', isNumber: true, cell: ({ current }) => withInterval(current) },
            {
              name: 'Difference',
              isNumber: true,
              cell: ({ difference }) => withInterval(difference),
            },
            { name: 'p', isNumber: true, cell: ({ pValue }) => formatNumber(pValue, 2) },
            {
              name: 'Says',
              cell: ({ verdict }) => <ToneBadge tone={verdicts[verdict]}>{verdict}</ToneBadge>,
            },
          ]}
        />
        <p className="a-dim">
          By {formatCount(referenceTruths)} and {formatCount(currentTruths)} true values; intervals of 95 %
          (bootstrap), p-values corrected for the number of metrics.
        </p>
      </Panel>
    </div>
  );
}

/** How good the model should be on the current rows, without their truth. */
export function EstimatePanel({ estimate }: { estimate: DoneEstimate }) {
  const { metrics, method, rows, calibration, finding } = estimate;
  return (
    <div id={sectionId('estimate')} className={classes.section}>
      <Panel title={sectionTitles.estimate}>
        <p className={classes.finding}>{finding}</p>
        <PlainTable
          label="Estimated metrics"
          isInset
          rows={metrics}
          keyOf={({ metric }) => metric}
          isMarked={({ alert }) => alert}
          columns={[
            { name: 'Metric', cell: ({ metric }) => metricName(metric) },
            { name: 'On the reference', isNumber: true, cell: ({ reference }) => formatMetric(reference) },
            {
              name: 'Estimated now',
              isNumber: true,
              cell: ({ estimate: value, low, high }) => withInterval({ value, low, high }),
            },
            {
              name: 'Came true',
              isNumber: true,
              hint: 'By the true values that are known',
              cell: ({ realised }) => formatMetric(realised),
            },
            {
              name: 'Says',
              cell: (row) =>
                row.alert ? (
                  <ToneBadge tone={isWorse(row) ? 'bad' : 'good'}>
                    {isWorse(row) ? 'worse' : 'better'}
                  </ToneBadge>
                ) : (
                  <ToneBadge>as before</ToneBadge>
                ),
            },
          ]}
        />
        <p className="a-dim">
          {method === 'cbpe'
            ? 'Confidence-based estimation: what the probabilities of the model promise for these rows'
            : 'Direct loss estimation: the errors that a second model expects of these rows'}
          , learnt from {formatCount(rows.reference)} rows with truth. Brackets are three standard errors.
          {calibration === null
            ? ''
            : calibration.used
              ? ` Probabilities were calibrated first: their error fell from ${formatNumber(calibration.before, 2)} to ${formatNumber(calibration.after, 2)}.`
              : ' The probabilities needed no calibration.'}{' '}
          It holds as long as inputs lead to the truth as they did.
        </p>
      </Panel>
    </div>
  );
}

function isWorse({ estimate, reference, higherIsBetter }: DoneEstimate['metrics'][number]): boolean {
  return (estimate ?? 0) < (reference ?? 0) === higherIsBetter;
}

function withInterval({
  value,
  low,
  high,
}: {
  value: number | null;
  low: number | null;
  high: number | null;
}) {
  return (
    <>
      {formatMetric(value)}{' '}
      {low === null || high === null ? null : (
        <span className="a-dim">
          [{formatMetric(low)}, {formatMetric(high)}]
        </span>
      )}
    </>
  );
}
