import { useMemo } from 'react';
import type {
  ClassificationEvaluation,
  Evaluation,
  RegressionEvaluation,
} from '../../../local-api/contract/index.ts';
import { formatCount, formatMetric, formatNumber } from '../../app/format.ts';
import {
  CalibrationChart,
  PrecisionRecallChart,
  RocChart,
  type RunCurve,
} from '../../charts/EvaluationCharts.tsx';
import { Histogram } from '../../charts/Histogram.tsx';
import { ScatterChart } from '../../charts/ScatterChart.tsx';
import { Panel } from '../../components/Panel.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import classes from './EvaluationView.module.css';

/** How good the model is on the test part, in numbers and pictures. */
export function EvaluationView({ evaluation, label }: { evaluation: Evaluation; label: string }) {
  return (
    <div className={classes.evaluation}>
      <Numbers evaluation={evaluation} />
      {evaluation.task === 'classification' ? (
        <Classification evaluation={evaluation} label={label} />
      ) : (
        <Regression evaluation={evaluation} />
      )}
    </div>
  );
}

function Numbers({ evaluation }: { evaluation: Evaluation }) {
  return (
    <dl className={classes.numbers} aria-label="Metrics on the test part">
      {Object.entries(evaluation.metrics).map(([key, value]) => (
        <div key={key} className={classes.number}>
          <dt>{key}</dt>
          <dd title={String(value)}>{formatMetric(value)}</dd>
        </div>
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
            <dd>{formatNumber(evaluation.threshold, 3)}</dd>
          </div>
        </>
      ) : null}
    </dl>
  );
}

function Classification({ evaluation, label }: { evaluation: ClassificationEvaluation; label: string }) {
  const { roc, precisionRecall, calibration, confusion, classes: names, positive } = evaluation;
  const curves = useMemo(() => {
    const of = (curve: { x: readonly number[]; y: readonly number[] } | null): RunCurve[] =>
      curve === null ? [] : [{ id: label, label, x: curve.x, y: curve.y }];
    return {
      roc: of(roc),
      precisionRecall: of(precisionRecall),
      calibration: of(calibration && { x: calibration.predicted, y: calibration.observed }),
    };
  }, [roc, precisionRecall, calibration, label]);
  const positiveRow = positive === null ? -1 : names.indexOf(positive);
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  const positives = (confusion[positiveRow] ?? []).reduce((sum, count) => sum + count, 0);
  return (
    <div className={classes.charts}>
      {roc ? (
        <Panel>
          <RocChart curves={curves.roc} height={280} />
        </Panel>
      ) : null}
      {precisionRecall ? (
        <Panel>
          <PrecisionRecallChart
            curves={curves.precisionRecall}
            height={280}
            {...(total > 0 && positiveRow >= 0 ? { baseRate: positives / total } : {})}
          />
        </Panel>
      ) : null}
      {calibration ? (
        <Panel>
          <CalibrationChart curves={curves.calibration} height={280} />
        </Panel>
      ) : null}
      <Panel title="Confusion matrix">
        <ConfusionMatrix classes={names} counts={confusion} />
      </Panel>
    </div>
  );
}

function Regression({ evaluation }: { evaluation: RegressionEvaluation }) {
  const { predictedVsActual, residuals } = evaluation;
  const points = useMemo(
    () => [
      {
        label: 'test rows',
        points: predictedVsActual.actual.map((x, index) => ({
          x,
          y: predictedVsActual.predicted[index] ?? Number.NaN,
        })),
      },
    ],
    [predictedVsActual],
  );
  const bars = useMemo(() => [{ label: 'test rows', values: residuals.counts }], [residuals]);
  return (
    <div className={classes.charts}>
      <Panel>
        <ScatterChart
          title="Predicted over actual"
          series={points}
          xLabel="Actual"
          yLabel="Predicted"
          showsDiagonal
          height={320}
        />
      </Panel>
      <Panel>
        <Histogram
          title="Residuals"
          edges={residuals.edges}
          series={bars}
          xLabel="Actual less predicted"
          yLabel="Rows"
          height={320}
        />
      </Panel>
    </div>
  );
}
