import type { RuleResult } from '../../../local-api/contract/index.ts';
import { countText, percentText } from '../../../local-api/contract/rule-words.ts';
import { faultAt, numberAt, type ScanAnswer } from './scan.ts';
import type { Counted } from './table-checks.ts';

/** What came of a rule. */
export type Outcome = Pick<RuleResult, 'status' | 'found' | 'checked' | 'broken' | 'brokenShare'>;

export function unjudged(status: 'unknown' | 'skipped', found: string): Outcome {
  return { status, found, checked: 0, broken: 0, brokenShare: 0 };
}

/** Shares are quotients of counts; this forgives their rounding. */
const ROUNDING = 1e-12;

/** A rule that a share `mostly` of the values must keep; without any value it is kept. */
export function judgeCounts({ checked, broken }: Counted, mostly: number, words: string): Outcome {
  const brokenShare = checked === 0 ? 0 : broken / checked;
  const isFine = broken === 0 || 1 - brokenShare >= mostly - ROUNDING;
  const found =
    checked === 0
      ? 'no values'
      : broken === 0
        ? `all ${countText(checked)}`
        : `${countText(broken)} of ${countText(checked)} (${percentText(brokenShare)}) ${words}`;
  return { status: isFine ? 'passed' : 'failed', found, checked, broken, brokenShare };
}

export function judgeMissing({ checked, broken }: Counted, maxShare: number): Outcome {
  const brokenShare = checked === 0 ? 0 : broken / checked;
  const found =
    broken === 0
      ? 'nothing missing'
      : `${countText(broken)} of ${countText(checked)} (${percentText(brokenShare)}) missing`;
  return {
    status: brokenShare <= maxShare + ROUNDING ? 'passed' : 'failed',
    found,
    checked,
    broken,
    brokenShare,
  };
}

/** A figure of a column within limits. */
export function judgeFigure(
  answers: readonly ScanAnswer[],
  place: number,
  { min, max }: { min?: number | undefined; max?: number | undefined },
  words: (value: number) => string,
): Outcome {
  const fault = faultAt(answers, place);
  if (fault !== null) return unjudged('unknown', fault);
  const value = numberAt(answers, place);
  if (value === null) return unjudged('unknown', 'there are no values');
  const isFine = value >= (min ?? Number.NEGATIVE_INFINITY) && value <= (max ?? Number.POSITIVE_INFINITY);
  return { status: isFine ? 'passed' : 'failed', found: words(value), checked: 0, broken: 0, brokenShare: 0 };
}
