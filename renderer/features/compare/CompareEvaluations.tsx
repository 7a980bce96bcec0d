import { useMemo } from 'react';
import type { ClassificationEvaluation, Run } from '../../../local-api/contract/index.ts';
import {
  CalibrationChart,
  PrecisionRecallChart,
  RocChart,
  type RunCurve,
} from '../../charts/EvaluationCharts.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { LoadingState } from '../../components/LoadingState.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './compare.module.css';
import { type EvaluatedRun, useEvaluations } from './compare-queries.ts';

/** The curves of all evaluated runs in common pictures. */
export function CompareEvaluations({ runs }: { runs: readonly Run[] }) {
  const { evaluated, isPending } = useEvaluations(runs);
  const curves = useMemo(
    () => ({
      roc: curvesOf(runs, evaluated, ({ roc }) => roc),
      precisionRecall: curvesOf(runs, evaluated, ({ precisionRecall }) => precisionRecall),
      calibration: curvesOf(runs, evaluated, ({ calibration }) =>
        calibration === null ? null : { x: calibration.predicted, y: calibration.observed },
      ),
    }),
    [runs, evaluated],
  );
  if (isPending) return <LoadingState rows={10} />;
  if (curves.roc.length === 0) {
    return (
      <EmptyState title="No curves to lay over each other">
        Runs that were trained here and tell two classes apart have ROC, precision and calibration curves.
      </EmptyState>
    );
  }
  return (
    <div className={classes.charts}>
      <Panel>
        <RocChart curves={curves.roc} height={320} />
      </Panel>
      <Panel>
        <PrecisionRecallChart curves={curves.precisionRecall} height={320} />
      </Panel>
      <Panel>
        <CalibrationChart curves={curves.calibration} height={320} />
      </Panel>
    </div>
  );
}

type PlainCurve = { x: readonly number[]; y: readonly number[] } | null;

function curvesOf(
  runs: readonly Run[],
  evaluated: readonly EvaluatedRun[],
  pick: (evaluation: ClassificationEvaluation) => PlainCurve,
): RunCurve[] {
  return evaluated.flatMap(({ run, evaluation }) => {
    const curve = evaluation.task === 'classification' ? pick(evaluation) : null;
    return curve === null
      ? []
      : [
          {
            id: run.id,
            label: run.name,
            x: curve.x,
            y: curve.y,
            colour: runs.findIndex((one) => one.id === run.id),
          },
        ];
  });
}
