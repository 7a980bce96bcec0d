import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import type { Importance, Run } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatNumber, formatPercent } from '../../app/format.ts';
import { CategoryBars } from '../../charts/CategoryBars.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { PlainTable } from '../../components/PlainTable.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ToneBadge } from '../../components/ToneBadge.tsx';
import classes from './compare.module.css';
import type { RunSource } from './compare-queries.ts';
import { useTabSettings } from './compare-state.ts';
import { ValuePicker } from './pickers.tsx';
import { mainMetric, metricIds, shortName } from './run-values.ts';

const usual = { metric: '' };
const share = (value: number) => formatPercent(value, 0);
const kinds = { number: 'number', 'log-number': 'number, by its logarithm', category: 'category' } as const;

type Props = { runs: readonly Run[]; source: RunSource };

/** Which params matter for a metric, as far as these runs can tell. */
export function ImportanceTab({ runs, source }: Props) {
  const [settings, onSettings] = useTabSettings('importance', usual);
  const metrics = useMemo(() => metricIds(runs), [runs]);
  const metric = metrics.includes(settings.metric) ? settings.metric : mainMetric(runs);
  const key = metric === undefined ? '' : shortName(metric);
  const selection = 'filter' in source ? { filter: source.filter } : { runIds: runs.map((run) => run.id) };
  const query = useQuery({
    queryKey: ['runs', 'importance', selection, key],
    queryFn: ({ signal }) => client.comparison.importance({ body: { ...selection, metric: key }, signal }),
    enabled: metric !== undefined,
  });
  if (metric === undefined) {
    return (
      <EmptyState title="No metric">
        Importance is the importance for a metric; these runs have none.
      </EmptyState>
    );
  }
  return (
    <>
      <div className={classes.pickers}>
        <ValuePicker
          label="Metric"
          ids={metrics}
          value={metric}
          onChange={(id) => onSettings({ metric: id })}
        />
      </div>
      <QueryView query={query}>{(found) => <Found found={found} />}</QueryView>
    </>
  );
}

function Found({ found }: { found: Importance }) {
  const labels = found.params.map((param) => param.param);
  return (
    <div className={classes.columns}>
      <Panel
        title={`What moves ${found.metric}`}
        aside={
          <ToneBadge tone={found.trustworthy ? 'good' : 'warn'}>
            {found.trustworthy ? 'can be relied on' : 'not trustworthy'}
          </ToneBadge>
        }
      >
        {found.caveat === null ? null : (
          <p className={classes.warning} role="status">
            {found.caveat}
          </p>
        )}
        {labels.length === 0 ? (
          <p className="a-dim">No param differs between these runs.</p>
        ) : (
          <CategoryBars
            title="Importance of params"
            hidesTitle
            labels={labels}
            series={[{ label: 'importance', values: found.params.map((param) => param.importance) }]}
            valueLabel="Share of what the params explain"
            format={share}
          />
        )}
        <p className={classes.note}>
          {found.method} R² on unseen runs: {formatNumber(found.r2, 3)}; {found.runs} runs.
        </p>
      </Panel>
      <Panel title="Correlation" padding="none">
        <PlainTable
          label="Correlation of params with the metric"
          rows={found.params}
          keyOf={({ param }) => param}
          columns={[
            { name: 'Param', cell: ({ param }) => param },
            { name: 'Importance', cell: ({ importance }) => formatPercent(importance) },
            {
              name: 'Correlation',
              cell: ({ correlation, correlationKind }) => (
                <>
                  {formatNumber(correlation, 3)}{' '}
                  <span className="a-dim">{correlationKind === 'spearman' ? 'ρ' : 'η'}</span>
                </>
              ),
              cellHint: ({ correlationKind }) =>
                correlationKind === 'spearman'
                  ? 'Spearman’s rank correlation, −1 to 1'
                  : 'Correlation ratio, 0 to 1',
            },
            { name: 'Runs', cell: ({ n }) => n },
            { name: 'Values', cell: ({ distinct }) => distinct },
            { name: 'Read as', cell: ({ kind }) => kinds[kind] },
          ]}
        >
          {found.leftOut.map((one) => (
            <tr key={one.param} className="a-dim">
              <th scope="row">{one.param}</th>
              <td colSpan={5}>{one.reason}</td>
            </tr>
          ))}
        </PlainTable>
      </Panel>
    </div>
  );
}
