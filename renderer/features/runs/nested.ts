import type { Run } from '../../../local-api/contract/index.ts';

/** Whether a run is a trial, fold or model of the training above it: it was measured, but holds no model of its own. */
export function isNested({ tags }: Pick<Run, 'tags'>): boolean {
  return tags['assay.nested'] !== undefined;
}
