import type {
  ColumnProfile,
  NumberShape,
  TextShape,
  TimeShape,
} from '../../../../local-api/contract/index.ts';
import { formatCount, formatDuration, formatNumber, formatPercent } from '../../../app/format.ts';
import type { Fact } from '../../../components/KeyValue.tsx';

/** Mean, quantiles and form of a number column; nothing for others. */
export function numberFacts(column: ColumnProfile, shape: NumberShape | null): Fact[] {
  const facts: Fact[] = [];
  if (column.mean !== null) {
    facts.push({ label: 'Mean', value: `${formatNumber(column.mean)} ± ${formatNumber(column.std)}` });
  }
  if (column.quantiles) {
    const { p01, p05, p25, p50, p75, p95, p99 } = column.quantiles;
    facts.push({ label: 'Median', value: formatNumber(p50) });
    facts.push({ label: 'Middle half', value: `${formatNumber(p25)} to ${formatNumber(p75)}` });
    facts.push({ label: '5 % to 95 %', value: `${formatNumber(p05)} to ${formatNumber(p95)}` });
    facts.push({ label: '1 % to 99 %', value: `${formatNumber(p01)} to ${formatNumber(p99)}` });
  }
  if (column.zeros !== null) facts.push({ label: 'Zeros', value: formatCount(column.zeros) });
  if (shape === null) return facts;
  facts.push({ label: 'Below 0', value: formatCount(shape.negatives) });
  if (shape.infinite > 0) facts.push({ label: 'Infinite', value: formatCount(shape.infinite) });
  if (shape.skewness !== null) facts.push({ label: 'Skewness', value: formatNumber(shape.skewness) });
  if (shape.kurtosis !== null) facts.push({ label: 'Excess kurtosis', value: formatNumber(shape.kurtosis) });
  if (shape.fences !== null) {
    const { low, high, below, above } = shape.fences;
    facts.push({
      label: 'Far out',
      value: `${formatCount(below)} below ${formatNumber(low)}, ${formatCount(above)} above ${formatNumber(high)}`,
    });
  }
  facts.push({ label: 'Order in the file', value: shape.order ?? 'up and down' });
  return facts;
}

export function textFacts({ values, words, blank, padded, scripts }: TextShape): Fact[] {
  const facts: Fact[] = [
    { label: 'Words', value: `${words.min} to ${words.max}, ${formatNumber(words.mean, 3)} on average` },
    {
      label: 'Characters',
      value: scripts
        .slice(0, 4)
        .map(({ script, share }) => `${script} ${formatPercent(share, 0)}`)
        .join(', '),
    },
  ];
  if (blank > 0) facts.push({ label: 'Empty or spaces', value: formatPercent(blank / values) });
  if (padded > 0) facts.push({ label: 'Spaces at an end', value: formatPercent(padded / values) });
  return facts;
}

export function timeFacts(time: TimeShape): Fact[] {
  const { different, typicalStepMs, regularShare, frequency, order } = time;
  const facts: Fact[] = [
    { label: 'Order in the file', value: order ?? 'up and down' },
    { label: 'Different times', value: formatCount(different) },
  ];
  if (frequency !== null) facts.push({ label: 'Frequency', value: frequency });
  if (typicalStepMs !== null) facts.push({ label: 'Typical step', value: formatDuration(typicalStepMs) });
  if (regularShare !== null) {
    facts.push({ label: 'Steps that are alike', value: formatPercent(regularShare) });
  }
  return facts;
}
