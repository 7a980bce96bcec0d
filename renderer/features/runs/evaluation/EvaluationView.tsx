import type { Evaluation, Run } from '../../../../local-api/contract/index.ts';
import { ClassificationView } from './ClassificationView.tsx';
import { CoefficientsPanel } from './CoefficientsPanel.tsx';
import { ErrorsPanel } from './ErrorsPanel.tsx';
import classes from './evaluation.module.css';
import { LearningCurvePanel } from './LearningCurvePanel.tsx';
import { MetricNumbers } from './MetricNumbers.tsx';
import { RankingView } from './RankingView.tsx';
import { RegressionView } from './RegressionView.tsx';
import { SlicesPanel } from './SlicesPanel.tsx';

type Props = { evaluation: Evaluation; run: Run };

/** How good the model is on the test part, in numbers and pictures. Runs of older versions have fewer of them. */
export function EvaluationView({ evaluation, run }: Props) {
  const { slices = [], errors, learningCurve } = evaluation;
  return (
    <div className={classes.evaluation}>
      <MetricNumbers evaluation={evaluation} />
      {evaluation.task === 'classification' ? (
        <ClassificationView evaluation={evaluation} label={run.name} />
      ) : null}
      {evaluation.task === 'regression' ? <RegressionView evaluation={evaluation} /> : null}
      {evaluation.task === 'ranking' ? <RankingView evaluation={evaluation} /> : null}
      {run.params.trainer === 'linear' ? <CoefficientsPanel runId={run.id} /> : null}
      {slices.map((of) => (
        <SlicesPanel key={of.column} {...of} overall={evaluation.metrics} />
      ))}
      {learningCurve ? <LearningCurvePanel curve={learningCurve} /> : null}
      {errors ? <ErrorsPanel errors={errors} task={evaluation.task} runId={run.id} /> : null}
      {errors === undefined ? (
        <p className={classes.note}>
          This run was evaluated by an older version of Assay. Train it again for intervals, error analysis,
          slices and a threshold to try.
        </p>
      ) : null}
    </div>
  );
}
