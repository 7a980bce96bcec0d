import { useState } from 'react';
import type { ObjectStep } from '../../../../local-api/contract/index.ts';

/**
 * Which of some steps is shown. It starts at the last and stays there while more come; once another was chosen, new
 * steps move nothing. The place is kept by the file, not by its number, for steps may come in between.
 */
export function useStep(steps: readonly ObjectStep[]) {
  const [chosen, setChosen] = useState<string | null>(null);
  const found = chosen === null ? -1 : steps.findIndex(({ path }) => path === chosen);
  const last = steps.length - 1;
  const index = found < 0 ? last : found;
  const show = (next: number) => {
    const place = Math.max(0, Math.min(last, next));
    setChosen(place === last ? null : (steps[place]?.path ?? null));
  };
  return { index, step: steps[index], show, follows: chosen === null };
}
