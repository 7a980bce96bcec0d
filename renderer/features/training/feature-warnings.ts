import type { ColumnProfile } from '../../../local-api/contract/index.ts';
import type { TargetDraft } from './draft.ts';

export type FeatureWarning = { text: string; leaveOut: boolean };

/** What speaks against a column as a feature, from its profile and its name. */
export function featureWarnings(column: ColumnProfile, target: TargetDraft, rows: number): FeatureWarning[] {
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
  return warnings;
}

function isLeakSuspect(name: string, target: TargetDraft): boolean {
  const answer = target.kind === 'column' ? target.column : target.name;
  const plain = (text: string) => text.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
  const [a, b] = [plain(name), plain(answer)];
  return a !== b && a.length >= 4 && b.length >= 4 && (a.includes(b) || b.includes(a));
}
