import type { DatasetProfile } from '../../../local-api/contract/index.ts';
import type { TargetDraft } from './target-draft.ts';

/** Names of the classes of a target, where the profile or the kind of target tells them all. */
export function classesOf(target: TargetDraft, { columns }: DatasetProfile): string[] {
  if (target.kind === 'expression') return ['true', 'false'];
  const column = columns.find(({ name }) => name === target.column);
  if (column?.type === 'boolean') return ['true', 'false'];
  if (!column || column.topValues.length < column.distinct) return [];
  return column.topValues.map(({ value }) => String(value));
}
