import type { ColumnProfile, DatasetProfile } from '../../../local-api/contract/index.ts';
import { type TargetDraft, targetColumns } from './target-draft.ts';

export type FeatureWarning = { text: string; leaveOut: boolean };

/** What speaks against a column as a feature, from its profile and its name. */
export function featureWarnings(
  column: ColumnProfile,
  target: TargetDraft,
  { rows, columns, correlations }: DatasetProfile,
): FeatureWarning[] {
  const warnings: FeatureWarning[] = [];
  const share = column.count === 0 ? 0 : column.distinct / column.count;
  if (column.count === 0) warnings.push({ text: 'no values', leaveOut: true });
  else if (column.distinct <= 1) warnings.push({ text: 'constant', leaveOut: true });
  else if (column.type === 'string' && share > 0.9 && column.count > 20) {
    warnings.push({ text: 'looks like an id: nearly every value is different', leaveOut: true });
  } else if (
    column.type === 'integer' &&
    share > 0.99 &&
    /(^|[_ .-])(id|key|index|no|nr|number|row)$|^id|Id$/i.test(column.name) &&
    column.count > 20
  ) {
    warnings.push({ text: 'looks like an id: nearly every value is different', leaveOut: true });
  } else if (column.type === 'string' && column.distinct > 1000) {
    warnings.push({ text: `${column.distinct.toLocaleString('en-US')} different values`, leaveOut: false });
  }
  if (column.count > 0 && rows > 0 && column.missing / rows > 0.5) {
    warnings.push({ text: `${Math.round((100 * column.missing) / rows)} % missing`, leaveOut: false });
  }
  if (isLeakSuspect(column.name, target)) {
    warnings.push({ text: 'named like the target: is it known before the answer is?', leaveOut: false });
  }
  const among = targetColumns(
    target,
    columns.map(({ name }) => name),
  );
  const strongest = Math.max(
    0,
    ...among.map((name) => Math.abs(correlationOf(column.name, name, correlations))),
  );
  if (strongest >= TELLS_ALL) {
    const text = `moves with the target (correlation ${strongest.toFixed(3)}): is it known before the answer is?`;
    warnings.push({ text, leaveOut: false });
  }
  for (const text of column.warnings) {
    if (text.startsWith('extreme values')) warnings.push({ text, leaveOut: false });
  }
  return warnings;
}

/** A number that goes with the target so closely is more often made of it than a good feature. */
const TELLS_ALL = 0.98;

/** 0 where the profile does not tell. */
function correlationOf(a: string, b: string, correlations: DatasetProfile['correlations']): number {
  const [i, j] = [correlations?.columns.indexOf(a) ?? -1, correlations?.columns.indexOf(b) ?? -1];
  return a === b ? 0 : (correlations?.pearson[i]?.[j] ?? 0);
}

function isLeakSuspect(name: string, target: TargetDraft): boolean {
  const answer = target.kind === 'column' ? target.column : target.name;
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const [a, b] = [plain(name), plain(answer)];
  return a !== b && a.length >= 4 && b.length >= 4 && (a.includes(b) || b.includes(a));
}
