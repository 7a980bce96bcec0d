import type { Evaluation } from '../../local-api/contract/index.ts';
import type { FittedFeature } from './preprocessing/fitted.ts';
import { featuresThatTellAll } from './preprocessing/leaks.ts';
import type { RowParts } from './split.ts';
import type { TrainingTable } from './table.ts';
import type { FittedModel } from './trainers/trainer.ts';

/** With fewer training rows nothing is learnt of a class. */
const MIN_CLASS_ROWS = 10;

type Trained = {
  evaluation: Evaluation;
  model: Pick<FittedModel, 'info' | 'importance'>;
  /** Columns of the matrix. */
  names: readonly string[];
  /** What the columns of the matrix are made of. */
  features: readonly FittedFeature[];
  table: TrainingTable;
  parts: RowParts;
  seed: number;
};

/** What a reader of the figures should know: rare classes, a fit cut short, a column that may give the target away. */
export function doubtsAbout(trained: Trained): string[] {
  const { converged } = trained.model.info;
  return [
    ...rareClasses(trained),
    ...(converged === false
      ? ['The fit stopped before it converged: raise the number of iterations, or the penalty.']
      : []),
    ...leaks(trained),
  ];
}

function rareClasses({ table: { target }, parts }: Trained): string[] {
  if (target.task !== 'classification') return [];
  const counts = new Array<number>(target.classes.length).fill(0);
  for (const row of parts.train) {
    const code = target.codes[row] as number;
    counts[code] = (counts[code] ?? 0) + 1;
  }
  const rare = target.classes.filter((_, code) => (counts[code] ?? 0) < MIN_CLASS_ROWS);
  if (rare.length === 0) return [];
  const shown = rare.slice(0, 10).map((name) => `"${name}"`);
  const others = rare.length > shown.length ? ' and others' : '';
  return [`Fewer than ${MIN_CLASS_ROWS} training rows are of class ${shown.join(', ')}${others}.`];
}

function leaks(trained: Trained): string[] {
  const { features, table, parts, seed } = trained;
  const suspects = featuresThatTellAll({ features, table, rows: parts.train, seed });
  if (suspects.length === 0) return possibleLeak(trained);
  return suspects.map(
    ({ name, share }) =>
      `"${name}" alone tells ${Math.min(100, Math.round(100 * share))} % of the target: it may be made of it, or not be known when predicting.`,
  );
}

/** Answers that are almost perfect and rest on one column. */
function possibleLeak({ evaluation, model: { importance }, names, parts }: Trained): string[] {
  const { auc, accuracy, r2 } = evaluation.metrics;
  const isTooGood =
    (auc ?? 0) > 0.999 || (auc === undefined && (accuracy ?? 0) > 0.999) || (r2 ?? 0) > 0.9999;
  if (!isTooGood || importance === null || parts.test.length < 100) return [];
  const total = importance.reduce((sum, value) => sum + value, 0);
  const top = importance.reduce((best, value, i) => (value > (importance[best] as number) ? i : best), 0);
  if (!((importance[top] as number) > 0.5 * total)) return [];
  return [
    `The answers are almost perfect and rest mostly on "${names[top]}": it may tell the target and not be known when predicting.`,
  ];
}
