import type { GroupComparison, MetricComparison } from '../../../../local-api/contract/index.ts';
import { formatMetric, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import plain from '../../../components/plain-table.module.css';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
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
      <ScrollRegion label="Comparisons of groups" className={plain.scroll}>
        <table className={plain.table}>
          <thead>
            <tr>
              <th scope="col">Groups</th>
              <th scope="col">Verdict</th>
              <th scope="col">Difference</th>
              <th scope="col">{percent} % interval</th>
              <th scope="col">Test</th>
              <th scope="col">{hasSeveral ? 'p (corrected)' : 'p'}</th>
              <th scope="col">Effect</th>
              <th scope="col">Pairs</th>
            </tr>
          </thead>
          {compared.comparisons.map((one) => (
            <tbody key={`${one.a} ${one.b}`}>
              <tr>
                <th scope="row">
                  {groupName(group, one.b)} against {groupName(group, one.a)}
                </th>
                <td>
                  <ToneBadge tone={outcomes[one.outcome].tone}>{outcomes[one.outcome].label}</ToneBadge>
                </td>
                <td>{formatMetric(one.difference)}</td>
                <td>
                  {one.interval === null
                    ? NO_VALUE
                    : `${formatMetric(one.interval.low)} to ${formatMetric(one.interval.high)}`}
                </td>
                <td title={one.method?.reason}>{one.method?.name ?? NO_VALUE}</td>
                <td>
                  {formatNumber(one.pValue, 3)}
                  {hasSeveral && one.adjustedPValue !== null
                    ? ` (${formatNumber(one.adjustedPValue, 3)})`
                    : ''}
                </td>
                <td>
                  {one.effect === null ? NO_VALUE : `${formatNumber(one.effect.value, 3)} ${one.effect.name}`}
                </td>
                <td>{one.pairs ?? NO_VALUE}</td>
              </tr>
              <tr className={plain.sentence}>
                <td colSpan={8}>
                  {one.sentence}
                  {one.method === null ? null : <span className="a-dim"> {one.method.reason}</span>}
                </td>
              </tr>
            </tbody>
          ))}
        </table>
      </ScrollRegion>
    </Panel>
  );
}
