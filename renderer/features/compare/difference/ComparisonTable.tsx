import type { GroupComparison, MetricComparison } from '../../../../local-api/contract/index.ts';
import { formatMetric, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import { type Tone, ToneBadge } from '../../../components/ToneBadge.tsx';
import { groupName } from '../grouping.ts';

const outcomes: Record<GroupComparison['outcome'], { tone: Tone; label: string }> = {
  'b-better': { tone: 'good', label: 'real' },
  'a-better': { tone: 'good', label: 'real' },
  'not-shown': { tone: 'idle', label: 'not shown' },
  identical: { tone: 'idle', label: 'identical' },
  'too-few': { tone: 'warn', label: 'too few runs' },
};

type Props = { compared: MetricComparison; group: string; confidence: number };

/** Every comparison with its test, in figures and words. */
export function ComparisonTable({ compared, group, confidence }: Props) {
  const percent = Math.round(confidence * 1000) / 10;
  const hasSeveral = compared.comparisons.length > 1;
  return (
    <Panel title="Comparisons" padding="none">
      <PlainTable
        label="Comparisons of groups"
        rows={compared.comparisons}
        keyOf={({ a, b }) => `${a} ${b}`}
        columns={[
          { name: 'Groups', cell: ({ a, b }) => `${groupName(group, b)} against ${groupName(group, a)}` },
          {
            name: 'Verdict',
            cell: ({ outcome }) => (
              <ToneBadge tone={outcomes[outcome].tone}>{outcomes[outcome].label}</ToneBadge>
            ),
          },
          { name: 'Difference', cell: ({ difference }) => formatMetric(difference) },
          {
            name: `${percent} % interval`,
            cell: ({ interval }) =>
              interval === null
                ? NO_VALUE
                : `${formatMetric(interval.low)} to ${formatMetric(interval.high)}`,
          },
          {
            name: 'Test',
            cell: ({ method }) => method?.name ?? NO_VALUE,
            cellHint: ({ method }) => method?.reason,
          },
          {
            name: hasSeveral ? 'p (corrected)' : 'p',
            cell: ({ pValue, adjustedPValue }) =>
              formatNumber(pValue, 3) +
              (hasSeveral && adjustedPValue !== null ? ` (${formatNumber(adjustedPValue, 3)})` : ''),
          },
          {
            name: 'Effect',
            cell: ({ effect }) =>
              effect === null ? NO_VALUE : `${formatNumber(effect.value, 3)} ${effect.name}`,
          },
          { name: 'Pairs', cell: ({ pairs }) => pairs ?? NO_VALUE },
        ]}
        below={({ sentence, method }) => (
          <>
            {sentence}
            {method === null ? null : <span className="a-dim"> {method.reason}</span>}
          </>
        )}
      />
    </Panel>
  );
}
