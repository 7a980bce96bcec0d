import type { ModelScorer } from '../../../engine/serving/index.ts';

/**
 * The models that the scoring protocols offer. A name is that of a model, or a model with an alias (`late-flights@champion`);
 * anything else that answers under a name of its own is put before this and passes on what it does not know.
 */
export type ScoringModels = ModelScorer & {
  /** Names, sorted, with their newest version. */
  list(): Promise<{ name: string; version: string }[]>;
  /** Versions of a model, newest first. Errors: `models/not-found`. */
  versions(name: string): Promise<string[]>;
  /** Headers that tell callers of a version that answered what they should know: that it is deprecated. */
  notices(answered: { model: string; version: string }): Promise<Record<string, string>>;
};

/** The reference to a version (`1.2.0`, `3` or `@alias`) of a name; null is what the name itself points at. */
export function refOf(name: string, version: string | null): string {
  return version === null ? name : `${name.split('@', 1)[0]}/${version}`;
}
