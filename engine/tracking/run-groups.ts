import type { RunGroup, RunGroupQuery } from '../../local-api/contract/index.ts';

export type RunGroups = {
  items: RunGroup[];
  nextCursor: string | null;
  total: { groups: number; runs: number };
};
export type RunGroupReader = (query: RunGroupQuery) => Promise<RunGroups>;
