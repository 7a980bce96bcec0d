import { useCallback, useState } from 'react';

const MOST_STEPS = 100;

/** Something that is edited before it is saved: every change can be undone. */
export function useDraft<T>(saved: T) {
  const [{ base, steps }, setState] = useState<{ base: T; steps: T[] }>({ base: saved, steps: [] });
  const change = useCallback(
    (next: T) => setState((state) => ({ ...state, steps: [...state.steps, next].slice(-MOST_STEPS) })),
    [],
  );
  const undo = useCallback(() => setState((state) => ({ ...state, steps: state.steps.slice(0, -1) })), []);
  /** Starts over from something that is saved. */
  const reset = useCallback((next: T) => setState({ base: next, steps: [] }), []);
  return { base, draft: steps.at(-1) ?? base, isChanged: steps.length > 0, change, undo, reset };
}
