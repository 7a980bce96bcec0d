import type { Lineage, LineageQuery } from '../../local-api/contract/index.ts';

export type LineageService = {
  /** Errors: `lineage/no-such-node`. Cost: some queries a step away, whatever the number of nodes. */
  get(query: LineageQuery): Promise<Lineage>;
};
