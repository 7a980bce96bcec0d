import type { RankingEvaluation } from '../../../../local-api/contract/index.ts';
import { formatCount, formatMetric } from '../../../app/format.ts';
import { Histogram } from '../../../charts/Histogram.tsx';
import { LineChart } from '../../../charts/LineChart.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import classes from './evaluation.module.css';

/** How well rows are put in order: NDCG by depth and by query, and the queries whose order is worst. */
export function RankingView({ evaluation }: { evaluation: RankingEvaluation }) {
  const { byDepth, ndcgOfQueries, worstQueries, queries, judged } = evaluation;
  return (
    <>
      <p className={classes.note}>
        Means over {formatCount(judged)} of {formatCount(queries)} queries: those with a row of a grade above
        0.
      </p>
      <div className={classes.charts}>
        <Panel>
          <LineChart
            title="NDCG of the first places"
            series={[
              {
                id: 'model',
                label: 'model',
                x: byDepth.depth,
                y: byDepth.ndcg,
                colour: 0,
                showsPoints: true,
              },
              { id: 'chance', label: 'any order', x: byDepth.depth, y: byDepth.byChance, colour: 1 },
            ]}
            xLabel="Places"
            yLabel="NDCG"
            formatX={formatCount}
            height={320}
          />
        </Panel>
        <Panel>
          <Histogram
            title="NDCG of the queries"
            edges={ndcgOfQueries.edges}
            series={[{ label: 'queries', values: ndcgOfQueries.counts }]}
            xLabel="NDCG"
            yLabel="Queries"
            height={320}
          />
        </Panel>
      </div>
      <Panel title="Queries in the worst order" padding="none">
        <PlainTable
          label="Queries of lowest NDCG"
          rows={worstQueries}
          keyOf={({ query }) => query}
          columns={[
            { name: 'query', cell: ({ query }) => query },
            { name: 'rows', isNumber: true, cell: ({ rows }) => formatCount(rows) },
            { name: 'relevant', isNumber: true, cell: ({ relevant }) => formatCount(relevant) },
            { name: 'NDCG', isNumber: true, cell: ({ ndcg }) => formatMetric(ndcg) },
          ]}
        />
      </Panel>
    </>
  );
}
