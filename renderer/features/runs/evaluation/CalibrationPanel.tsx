import type { ClassificationEvaluation } from '../../../../local-api/contract/index.ts';
import { formatMetric } from '../../../app/format.ts';
import { CalibrationChart, type RunCurve } from '../../../charts/EvaluationCharts.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { ToneBadge } from '../../../components/ToneBadge.tsx';
import classes from './evaluation.module.css';

type Props = {
  evaluation: ClassificationEvaluation;
  calibrator: NonNullable<ClassificationEvaluation['calibrator']>;
};

/** Probabilities before and after they were corrected. */
export function CalibrationPanel({ evaluation, calibrator }: Props) {
  const { asked, method, before, calibrationBefore } = calibrator;
  const isCorrected = method !== 'none';
  const curves = [
    ...(calibrationBefore && isCorrected ? [curveOf('before', calibrationBefore, 1)] : []),
    ...(evaluation.calibration
      ? [curveOf(isCorrected ? 'calibrated' : 'model', evaluation.calibration, 0)]
      : []),
  ];
  return (
    <Panel
      title="Calibration"
      aside={
        <ToneBadge tone={isCorrected ? 'good' : 'idle'}>{isCorrected ? method : 'left as it was'}</ToneBadge>
      }
    >
      <div className={classes.sides}>
        <div className={classes.stack}>
          <PlainTable
            label="Figures with and without calibration"
            rows={Object.entries(before)}
            keyOf={([name]) => name}
            columns={[
              { name: 'On the test part', cell: ([name]) => name },
              { name: 'without', isNumber: true, cell: ([, value]) => formatMetric(value) },
              { name: 'with', isNumber: true, cell: ([name]) => formatMetric(evaluation.metrics[name]) },
            ]}
          />
          <p className={classes.note}>
            {isCorrected
              ? 'Learnt from rows that the model was not fitted on, and part of the model file. Lower is better for all three.'
              : asked === 'auto'
                ? 'No method was shown to lower the log loss on the validation rows.'
                : 'There were no rows to learn it from.'}
          </p>
        </div>
        {curves.length > 0 ? (
          <CalibrationChart curves={curves} height={280} title="Calibration curve" />
        ) : null}
      </div>
    </Panel>
  );
}

function curveOf(
  label: string,
  { predicted, observed }: NonNullable<ClassificationEvaluation['calibration']>,
  colour: number,
): RunCurve {
  return { id: label, label, x: predicted, y: observed, colour };
}
