import { useMemo } from 'react';
import type { ClassificationEvaluation } from '../../../../local-api/contract/index.ts';
import {
  CalibrationChart,
  GainChart,
  LiftChart,
  PrecisionRecallChart,
  RocChart,
  type RunCurve,
} from '../../../charts/EvaluationCharts.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { CalibrationPanel } from './CalibrationPanel.tsx';
import { ClassesPanel } from './ClassesPanel.tsx';
import { ConfusionMatrix } from './ConfusionMatrix.tsx';
import classes from './evaluation.module.css';
import { FairnessPanel } from './FairnessPanel.tsx';
import { ThresholdPanel } from './ThresholdPanel.tsx';

type Props = { evaluation: ClassificationEvaluation; label: string };
type Points = { x: readonly number[]; y: readonly number[] } | null | undefined;

/** Curves, confusion matrix and what else there is of a classifier. */
export function ClassificationView({ evaluation, label }: Props) {
  const { confusion, classes: names, perClass = [], fairness = [], calibrator, thresholds } = evaluation;
  const { roc, precisionRecall, gain } = useCurves(evaluation, label);
  const share = positiveShare(evaluation);
  return (
    <>
      {thresholds && evaluation.positive !== null ? (
        <ThresholdPanel evaluation={evaluation} thresholds={thresholds} />
      ) : null}
      <div className={classes.charts}>
        {thresholds ? null : (
          <Panel title="Confusion matrix">
            <ConfusionMatrix classes={names} counts={confusion} />
          </Panel>
        )}
        {roc.length > 0 ? (
          <Panel>
            <RocChart curves={roc} height={280} />
          </Panel>
        ) : null}
        {precisionRecall.length > 0 ? (
          <Panel>
            <PrecisionRecallChart
              curves={precisionRecall}
              height={280}
              {...(share === null ? {} : { baseRate: share })}
            />
          </Panel>
        ) : null}
        {evaluation.calibration && !calibrator ? (
          <Panel>
            <CalibrationChart
              curves={[
                { id: label, label, x: evaluation.calibration.predicted, y: evaluation.calibration.observed },
              ]}
              height={280}
            />
          </Panel>
        ) : null}
        {gain.length > 0 ? (
          <>
            <Panel>
              <GainChart curves={gain} height={280} />
            </Panel>
            <Panel>
              <LiftChart curves={gain} height={280} />
            </Panel>
          </>
        ) : null}
      </div>
      {calibrator ? <CalibrationPanel evaluation={evaluation} calibrator={calibrator} /> : null}
      {names.length > 2 && perClass.length > 0 ? <ClassesPanel figures={perClass} /> : null}
      {fairness.map((of) => (
        <FairnessPanel key={of.column} fairness={of} positive={evaluation.positive ?? ''} />
      ))}
    </>
  );
}

/** Of the positive class, or of each class against the rest. */
function useCurves(evaluation: ClassificationEvaluation, label: string) {
  return useMemo(() => {
    const { perClass = [] } = evaluation;
    const one = (curve: Points): RunCurve[] => (curve ? [{ id: label, label, x: curve.x, y: curve.y }] : []);
    const each = (of: 'roc' | 'precisionRecall'): RunCurve[] =>
      perClass.flatMap((figures) => {
        const curve = figures[of];
        return curve ? [{ id: figures.name, label: figures.name, x: curve.x, y: curve.y }] : [];
      });
    return {
      roc: evaluation.roc ? one(evaluation.roc) : each('roc'),
      precisionRecall: evaluation.precisionRecall ? one(evaluation.precisionRecall) : each('precisionRecall'),
      gain: one(evaluation.gain),
    };
  }, [evaluation, label]);
}

/** null with more than two classes. */
function positiveShare({ classes: names, positive, confusion }: ClassificationEvaluation): number | null {
  const row = positive === null ? -1 : names.indexOf(positive);
  const total = confusion.flat().reduce((sum, count) => sum + count, 0);
  if (row < 0 || total === 0) return null;
  return (confusion[row] ?? []).reduce((sum, count) => sum + count, 0) / total;
}
