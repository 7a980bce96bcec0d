import type { ColumnProfile, Finding, TargetProfile } from '../../../local-api/contract/index.ts';
import { percent } from './column-warnings.ts';
import { bySeverity } from './table-findings.ts';
import type { SampledColumn } from './target-profile.ts';

/** A column that tells this much of the target alone was hardly known before it. */
const LEAK = 0.95;
const SUSPECT = 0.8;
const LEAK_RANK = 0.99;
const FEWEST_IN_CLASS = 10;
const IMBALANCE = 20;

/** What may go wrong with a target: leaks, rare or uneven classes, missing values. Worst first. */
export function targetFindings(
  target: ColumnProfile,
  kind: TargetProfile['kind'],
  relations: TargetProfile['relations'],
  others: readonly SampledColumn[],
): Finding[] {
  const findings = relations
    .map((relation) => leakOf(target.name, relation, others))
    .filter((finding) => finding !== null);
  if (target.missing > 0) {
    findings.push({
      code: 'missing-target',
      severity: 'medium',
      column: target.name,
      others: [],
      message: `${percent(target.missing / (target.count + target.missing))} of the rows have no ${target.name}`,
      advice: 'Training leaves these rows out: make sure that they are not a kind of their own.',
    });
  }
  if (kind === 'category') findings.push(...classFindings(target));
  return bySeverity(findings);
}

function leakOf(
  target: string,
  { name, measure, value, information }: TargetProfile['relations'][number],
  others: readonly SampledColumn[],
): Finding | null {
  const isRank = measure === 'spearman';
  const strength = isRank ? Math.abs(value ?? 0) : (information ?? 0);
  if (strength < (isRank ? LEAK_RANK : SUSPECT)) return null;
  const isId = others.some(
    ({ profile }) =>
      profile.name === name && profile.distinct > 0.98 * profile.count && profile.type !== 'float',
  );
  if (isId) return null;
  const isSure = isRank || strength >= LEAK;
  return {
    code: 'leak',
    severity: isSure ? 'high' : 'medium',
    column: name,
    others: [target],
    message: isRank
      ? `orders the rows as ${target} does (Spearman ${(value ?? 0).toFixed(3)})`
      : `alone tells ${percent(strength)} of what there is to know about ${target}`,
    advice:
      'If it is known only after the target is, leave it out: the model would look perfect here and fail in use.',
  };
}

function classFindings(target: ColumnProfile): Finding[] {
  const findings: Finding[] = [];
  const classes = target.topValues;
  const rare = classes.filter(({ count }) => count < FEWEST_IN_CLASS);
  if (rare.length > 0) {
    findings.push({
      code: 'rare-class',
      severity: 'medium',
      column: target.name,
      others: [],
      message: `${rare.length === 1 ? 'a class has' : `${rare.length} classes have`} fewer than ${FEWEST_IN_CLASS} rows: ${rare
        .slice(0, 5)
        .map(({ value }) => JSON.stringify(value))
        .join(', ')}`,
      advice: 'Collect more of them, or put them together with a neighbour.',
    });
  }
  const [most, least] = [classes[0], classes[Math.min(classes.length, target.distinct) - 1]];
  if (most !== undefined && least !== undefined && most.count >= IMBALANCE * least.count) {
    findings.push({
      code: 'imbalanced',
      severity: 'medium',
      column: target.name,
      others: [],
      message: `${JSON.stringify(most.value)} is ${Math.round(most.count / least.count)} times as frequent as ${JSON.stringify(least.value)}`,
      advice: 'Split by class, weigh the classes, and judge by figures that heed the rare ones (F1, PR AUC).',
    });
  }
  return findings;
}
