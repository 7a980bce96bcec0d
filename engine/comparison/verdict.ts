import type { GroupComparison, MetricDirection } from '../../local-api/contract/index.ts';
import type { SampleTest } from './sample-test.ts';
import { chance, differenceInWords, figure, listed, percent } from './words.ts';

export type Setting = {
  metric: string;
  direction: MetricDirection;
  confidence: number;
  /** How a group is called, by its value. */
  label(value: string | null): string;
};

export type Tested = {
  a: string | null;
  b: string | null;
  test: SampleTest;
  adjustedPValue: number | null;
  /** Whether p-values were corrected for several comparisons. */
  isCorrected: boolean;
  sizes: { a: number; b: number };
  pairs: { count: number; name: string; leftOut: string[] } | null;
};

/** Gives a tested difference its outcome and its sentence. */
export function judge(tested: Tested, setting: Setting): GroupComparison {
  const { a, b, test, adjustedPValue, pairs } = tested;
  const { state, ...figures } = test;
  const outcome = outcomeOf(tested, setting);
  return {
    a,
    b,
    ...figures,
    adjustedPValue,
    pairs: pairs?.count ?? null,
    leftOut: pairs?.leftOut ?? [],
    outcome,
    sentence: sentenceOf(tested, setting, outcome) + leftOutNote(pairs),
  };
}

function outcomeOf({ test, adjustedPValue }: Tested, setting: Setting): GroupComparison['outcome'] {
  if (test.state === 'identical') return 'identical';
  if (test.state !== 'tested' || adjustedPValue === null) return 'too-few';
  // The complement of a decimal fraction is off by rounding: 1 − 0.95 is a little more than 0.05.
  if (adjustedPValue > 1 - setting.confidence + 1e-12 || test.difference === 0) return 'not-shown';
  return test.difference > 0 === (setting.direction === 'higher') ? 'b-better' : 'a-better';
}

function sentenceOf(tested: Tested, setting: Setting, outcome: GroupComparison['outcome']): string {
  const { test } = tested;
  const { metric, confidence } = setting;
  const a = setting.label(tested.a);
  const b = setting.label(tested.b);
  if (outcome === 'identical') return `${b} and ${a} have the same ${metric} in every run.`;
  if (outcome === 'too-few') return tooFew(tested, setting);
  const how = howTested(tested, confidence);
  if (outcome === 'not-shown') {
    const difference = differenceInWords(metric, test.difference, test.interval, confidence);
    return `No difference can be shown between ${b} and ${a}: ${difference}, ${how}.${powerNote(tested, setting)}`;
  }
  const isBBetter = outcome === 'b-better';
  const difference = isBBetter
    ? differenceInWords(metric, test.difference, test.interval, confidence)
    : differenceInWords(metric, -test.difference, turned(test.interval), confidence);
  return `${isBBetter ? b : a} is better than ${isBBetter ? a : b}: ${difference}, ${how}.`;
}

function turned(interval: SampleTest['interval']): SampleTest['interval'] {
  return interval === null ? null : { low: -interval.high, high: -interval.low };
}

function howTested({ test, adjustedPValue, isCorrected, sizes, pairs }: Tested, confidence: number): string {
  const name = test.method?.name ?? '';
  const over = pairs === null ? `${sizes.a} and ${sizes.b} runs` : `${pairs.count} ${pairs.name}`;
  const p = chance(adjustedPValue ?? 1);
  const plain = isCorrected && test.pValue !== adjustedPValue && (test.pValue ?? 1) <= 1 - confidence;
  return `${name} over ${over}, ${p}${plain ? ' after Holm’s correction' : ''}`;
}

function powerNote({ test, sizes, pairs }: Tested, { metric }: Setting): string {
  if (test.detectable === null || !Number.isFinite(test.detectable)) return '';
  const least = figure(test.detectable, test.detectable);
  const size = pairs === null ? `${sizes.a} and ${sizes.b} runs` : `${pairs.count} ${pairs.name}`;
  return ` With ${size} that vary like these, a difference of at least ${least} ${metric} would have been seen with 80 % power.`;
}

function tooFew({ test, sizes, pairs, a, b }: Tested, { label, metric, confidence }: Setting): string {
  const names = `${label(b)} and ${label(a)}`;
  if (sizes.a === 0 || sizes.b === 0) {
    const empty = sizes.a === 0 ? a : b;
    return `${label(empty)} has no run with a finite ${metric}.`;
  }
  if (test.state === 'no-variation') {
    const unit = pairs === null ? 'values of either group' : `differences between ${names}`;
    return `The ${unit} do not vary (${differenceInWords(metric, test.difference, null, confidence)}): chance cannot be judged from so few. If runs repeat exactly, give each another seed.`;
  }
  if (sizes.a === 1 && sizes.b === 1)
    return `One run a group says nothing about chance: repeat ${names} with other seeds.`;
  const single = [...(sizes.a === 1 ? [label(a)] : []), ...(sizes.b === 1 ? [label(b)] : [])];
  return `${listed(single)} has a single run, which says nothing about chance: repeat it with other seeds.`;
}

function leftOutNote(pairs: Tested['pairs']): string {
  const count = pairs?.leftOut.length ?? 0;
  if (count === 0) return '';
  return ` ${count === 1 ? 'One run without a partner was' : `${count} runs without a partner were`} left out.`;
}

/** The answer for one metric in one or two sentences; `best` leads by its mean. */
export function verdictOf(
  best: { value: string | null; n: number } | undefined,
  groups: number,
  comparisons: readonly GroupComparison[],
  { label, metric, confidence }: Setting,
): string {
  if (best === undefined) return `No run has a finite ${metric}.`;
  if (groups === 1)
    return `All runs with ${metric} are in one group, ${label(best.value)}: there is nothing to compare.`;
  const [only, ...others] = comparisons;
  if (only === undefined) return `${label(best.value)} has the best mean; no pair was tested.`;
  if (others.length === 0) return only.sentence;
  const rivals = (wanted: 'beaten' | 'lost-to' | 'open' | 'unknown') =>
    comparisons.flatMap((comparison) => {
      const isA = comparison.a === best.value;
      if (!isA && comparison.b !== best.value) return [];
      return standingOf(comparison.outcome, isA) === wanted ? [label(isA ? comparison.b : comparison.a)] : [];
    });
  const [beaten, lostTo, open, unknown] = [
    rivals('beaten'),
    rivals('lost-to'),
    rivals('open'),
    rivals('unknown'),
  ];
  const parts = [
    ...(beaten.length > 0 ? [`it is better than ${listed(beaten)}`] : []),
    // A mean that a few values lift, while most runs of the other group are better.
    ...(lostTo.length > 0 ? [`yet most runs of ${listed(lostTo)} are better`] : []),
    ...(open.length > 0 ? [`no difference can be shown from ${listed(open)}`] : []),
    ...(unknown.length > 0 ? [`too few runs to tell it from ${listed(unknown)}`] : []),
  ];
  return `${label(best.value)} has the best mean ${metric}: ${parts.join('; ')} (${percent(confidence)} confidence).`;
}

function standingOf(
  outcome: GroupComparison['outcome'],
  isA: boolean,
): 'beaten' | 'lost-to' | 'open' | 'unknown' {
  if (outcome === 'too-few') return 'unknown';
  if (outcome === 'not-shown' || outcome === 'identical') return 'open';
  return (outcome === 'a-better') === isA ? 'beaten' : 'lost-to';
}
