import type { ClassificationEvaluation } from '../../../../local-api/contract/index.ts';
import { formatMetric } from '../../../app/format.ts';
import { CalibrationChart, type RunCurve } from '../../../charts/EvaluationCharts.tsx';
import { Panel } from '../../../components/Panel.tsx';
import plain from '../../../components/plain-table.module.css';
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
          <table className={plain.table}>
            <caption className="a-hidden">Figures with and without calibration</caption>
            <thead>
              <tr>
                <th scope="col">On the test part</th>
                <th scope="col" className={plain.right}>
                  without
                </th>
                <th scope="col" className={plain.right}>
                  with
                </th>
              </tr>
            </thead>
            <tbody>
              {Object.entries(before).map(([name, value]) => (
                <tr key={name}>
                  <th scope="row">{name}</th>
                  <td className={plain.right}>{formatMetric(value)}</td>
                  <td className={plain.right}>{formatMetric(evaluation.metrics[name])}</td>
                </tr>
              ))}
            </tbody>
          </table>
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
