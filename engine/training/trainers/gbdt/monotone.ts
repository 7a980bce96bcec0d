import type { GbdtTrainer } from '../../../../local-api/contract/index.ts';
import { AssayError } from '../../../errors.ts';
import type { MatrixColumn } from '../../preprocessing/fitted.ts';
import type { FitRequest } from '../trainer.ts';

/**
 * 1 or −1 for each matrix column that the answer may only rise or fall with; null where the recipe asks for nothing. A
 * name is a feature (all its columns of numbers) or one column of it, as `date.hour`.
 *
 * Errors: `training/bad-recipe` with every name that is no number column, and where the target or loss has no direction.
 */
export function monotoneSigns({
  settings,
  columns,
  classes,
  positiveClass,
}: Pick<FitRequest<GbdtTrainer>, 'settings' | 'columns' | 'classes' | 'positiveClass'>): Int8Array | null {
  const wanted = Object.entries(settings.monotone);
  if (wanted.length === 0) return null;
  const problems: string[] = [];
  if (classes > 2) problems.push('with more than two classes no answer rises or falls');
  if (settings.loss === 'absolute' || settings.loss === 'quantile') {
    if (classes === 0) problems.push(`the loss ${settings.loss} sets leaves without regard to it`);
  }
  const signs = new Int8Array(columns.length);
  const turned = classes === 2 && positiveClass === 0 ? -1 : 1;
  for (const [name, direction] of wanted) {
    const matches = columnsOf(columns, name);
    if (matches.length === 0) problems.push(`"${name}" is no number that the model uses`);
    for (const at of matches) signs[at] = direction === 'increasing' ? turned : -turned;
  }
  if (problems.length === 0) return signs;
  throw new AssayError('training/bad-recipe', `The setting monotone cannot hold: ${problems.join('; ')}.`, {
    problems: problems.map((message) => ({ path: '/recipe/trainer/monotone', message })),
  });
}

function columnsOf(columns: readonly MatrixColumn[], name: string): number[] {
  return columns.flatMap((column, at) =>
    column.kind === 'number' && (column.feature === name || column.name === name) ? [at] : [],
  );
}
