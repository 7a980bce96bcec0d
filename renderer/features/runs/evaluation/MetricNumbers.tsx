import type { Evaluation, MetricInterval } from '../../../../local-api/contract/index.ts';
import { formatCount, formatMetric, formatNumber, formatPercent } from '../../../app/format.ts';
import classes from './evaluation.module.css';

const methods: Record<MetricInterval['method'], string> = {
  delong: 'DeLong',
  wilson: 'Wilson',
  bootstrap: 'bootstrap, bias-corrected and accelerated',
};

const thresholdWords = {
  fixed: 'as the recipe says',
  cost: 'least cost',
  f1: 'highest F1',
  youden: 'Youden’s index',
  recall: 'recall asked for',
  precision: 'precision asked for',
} as const;

/** The metrics of the test part with their intervals. */
export function MetricNumbers({ evaluation }: { evaluation: Evaluation }) {
  const { intervals = {}, intervalsBy, metrics } = evaluation;
  return (
    <>
      <dl className={classes.numbers} aria-label="Metrics on the test part">
        {Object.entries(metrics).map(([key, value]) => (
          <Metric key={key} name={key} value={value} interval={intervals[key]} />
        ))}
        <div className={classes.number}>
          <dt>test rows</dt>
          <dd>{formatCount(evaluation.rows)}</dd>
        </div>
        {evaluation.task === 'classification' && evaluation.positive !== null ? (
          <>
            <div className={classes.number}>
              <dt>positive class</dt>
              <dd>{evaluation.positive}</dd>
            </div>
            <div className={classes.number}>
              <dt>threshold</dt>
              <dd>
                {formatNumber(evaluation.threshold, 3)}
                {evaluation.thresholdChoice ? (
                  <div className={classes.interval}>{thresholdWords[evaluation.thresholdChoice.by]}</div>
                ) : null}
              </dd>
            </div>
          </>
        ) : null}
      </dl>
      {intervalsBy ? (
        <p className={classes.note}>
          {formatPercent(intervalsBy.confidence, 0)} intervals below the figures:{' '}
          {evaluation.task === 'classification'
            ? 'DeLong for the AUC of two classes, Wilson for shares of rows, else '
            : ''}
          {formatCount(intervalsBy.resamples)} bootstrap resamples
          {evaluation.task === 'ranking' ? ' of whole queries' : ''}
          {intervalsBy.rows < evaluation.rows ? ` of ${formatCount(intervalsBy.rows)} rows` : ''}.
          {evaluation.isWeighted ? ' Rows count by their weight.' : ''}
        </p>
      ) : null}
    </>
  );
}

function Metric({
  name,
  value,
  interval,
}: {
  name: string;
  value: number;
  interval: MetricInterval | undefined;
}) {
  return (
    <div className={classes.number}>
      <dt>{name}</dt>
      <dd title={String(value)}>
        {formatMetric(value)}
        {interval ? (
          <div
            className={classes.interval}
            title={`${interval.low} to ${interval.high}, ${methods[interval.method]}`}
          >
            {formatNumber(interval.low, 3)} – {formatNumber(interval.high, 3)}
          </div>
        ) : null}
      </dd>
    </div>
  );
}
