import type { Recipe, TrialRecord } from '../../../local-api/contract/index.ts';
import { answersByFold, type HeldOut } from './held-out.ts';
import { candidateRecipe } from './portfolio.ts';
import type { AutoModel } from './search.ts';

export type Saved = {
  records: readonly TrialRecord[];
  /** By trial: float32 numbers of the folds, one after the other. */
  answers: ReadonlyMap<number, Uint8Array>;
};

/** The models that earlier lives of a choice fitted, and the names of those that failed; what lacks its answers is fitted again. */
export function savedModels(
  saved: Saved,
  held: HeldOut,
  recipe: Recipe,
): { models: AutoModel[]; failed: string[] } {
  const models: AutoModel[] = [];
  const failed: string[] = [];
  for (const record of saved.records) {
    const { trial, title, state, values } = record;
    if (title === null) continue;
    if (state === 'failed') failed.push(title);
    const bytes = saved.answers.get(trial);
    if (state !== 'complete' || bytes === undefined) continue;
    const numbers = new Float32Array(Uint8Array.from(bytes).buffer);
    const answers = answersByFold(numbers, held.folds, held.width);
    if (answers === null) continue;
    const candidate = { name: title, values };
    const asFitted = candidateRecipe(recipe, candidate);
    models.push({ trial, candidate, recipe: asFitted, record, answers, loss: held.loss(answers) });
  }
  return { models, failed };
}
