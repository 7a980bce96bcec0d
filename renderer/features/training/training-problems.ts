import type { RecipeCheck } from '../../../local-api/contract/index.ts';
import type { Draft } from './draft.ts';
import { type DraftProblem, placeProblem, problemWords } from './draft-problems.ts';
import { isFaulty, type RecipeTexts } from './written-recipes.ts';

/** What the engine is asked about: the recipes of these trainers, and texts that say something, be it no recipe. */
export function asked(
  draft: Draft,
  texts: RecipeTexts,
  recipes: Readonly<Record<string, unknown>>,
  kinds: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(recipes).flatMap(([kind, recipe]) => {
      const text = texts[kind];
      if (text && isFaulty(draft, kind, text)) return text.value === undefined ? [] : [[kind, text.value]];
      return kinds.includes(kind) ? [[kind, recipe]] : [];
    }),
  );
}

/** Texts that were left with faults while the form still says what it said before. */
export function leftFaulty(draft: Draft, texts: RecipeTexts): DraftProblem[] {
  return Object.keys(draft.trainers).flatMap((kind) => {
    const text = texts[kind];
    if (!text || !isFaulty(draft, kind, text)) return [];
    return [{ section: 'recipe', field: kind, message: `The text of the recipe of ${kind} has faults.` }];
  });
}

/** What the engine found, at its place on the page. */
export function problemsOf(checks: Readonly<Record<string, RecipeCheck>>): DraftProblem[] {
  return Object.entries(checks).flatMap(([kind, { problems }]) =>
    problems.map((problem) => placeProblem(problem.path, problemWords(problem), kind)),
  );
}

/** What several trainers have in common is said once. */
export function distinct(problems: readonly DraftProblem[]): DraftProblem[] {
  const seen = new Map(problems.map((problem) => [JSON.stringify(problem), problem]));
  return [...seen.values()];
}
