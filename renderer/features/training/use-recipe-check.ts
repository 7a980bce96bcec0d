import { useDebouncedValue } from '@mantine/hooks';
import { keepPreviousData, useQueries } from '@tanstack/react-query';
import type { RecipeCheck } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';

/** Typing is over after so long. */
const QUIET_MS = 400;

/**
 * What the engine says of recipes, by kind of trainer, a moment after they last changed: what would be refused, and what is doubtful.
 * Recipes without an answer yet are left out; undefined values are not asked about.
 */
export function useRecipeChecks(recipes: Readonly<Record<string, unknown>>): Record<string, RecipeCheck> {
  const [asked] = useDebouncedValue(JSON.stringify(recipes), QUIET_MS);
  const entries = Object.entries(JSON.parse(asked) as Record<string, unknown>);
  const answers = useQueries({
    queries: entries.map(([, recipe]) => ({
      queryKey: ['recipe-check', recipe],
      queryFn: ({ signal }: { signal: AbortSignal }) => client.training.check({ body: { recipe }, signal }),
      // What was wrong a moment ago stays on the page until the next answer.
      placeholderData: keepPreviousData,
      gcTime: 60_000,
    })),
  });
  return Object.fromEntries(
    entries.flatMap(([kind], index) => {
      const check = answers[index]?.data;
      return check === undefined ? [] : [[kind, check]];
    }),
  );
}
