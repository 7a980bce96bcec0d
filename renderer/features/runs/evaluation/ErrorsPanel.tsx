import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ErrorAnalysis, Evaluation, WorstRow } from '../../../../local-api/contract/index.ts';
import { formatCount, formatMetric, formatNumber, formatPercent } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { PlainTable } from '../../../components/PlainTable.tsx';
import classes from './evaluation.module.css';
import { WorstRowDialog } from './WorstRowDialog.tsx';

type Props = { errors: ErrorAnalysis; task: Evaluation['task']; runId: string };

const losses: Record<Evaluation['task'], string> = {
  classification: 'log loss',
  regression: 'absolute error',
  ranking: '1 − NDCG of its query',
};

/** Where the model goes wrong: parts of the data, and single rows. */
export function ErrorsPanel({ errors, task, runId }: Props) {
  const [shown, setShown] = useState<WorstRow | null>(null);
  const loss = losses[task];
  return (
    <>
      <Panel title="Where the losses are high">
        {errors.segments.length === 0 ? (
          <p className={classes.note}>
            No part of the data stands out: the losses are about the same everywhere.
          </p>
        ) : (
          <div className={classes.stack}>
            <Segments errors={errors} loss={loss} isOfClasses={task === 'classification'} />
            <p className={classes.note}>
              Leaves of a shallow tree over the losses, whose mean is {formatMetric(errors.meanLoss)} over all
              test rows. It was looked for on these very rows, so that the differences are somewhat
              exaggerated.
            </p>
          </div>
        )}
      </Panel>
      <Panel title="Worst rows" padding="none">
        <PlainTable
          label="Rows of highest loss"
          rows={errors.worst}
          keyOf={({ place }) => place}
          columns={[
            { name: 'row of the data', cell: ({ row }) => formatCount(row + 1) },
            { name: 'truth', cell: ({ truth }) => cell(truth) },
            { name: 'answer', cell: ({ answer }) => cell(answer) },
            task === 'classification'
              ? {
                  name: 'probability of the truth',
                  isNumber: true,
                  cell: ({ probability }) => formatPercent(probability, 2),
                }
              : null,
            { name: loss, isNumber: true, cell: (one) => formatMetric(one.loss) },
            {
              name: <span className="a-hidden">why</span>,
              id: 'why',
              isNumber: true,
              cell: (one) => (
                <Button
                  size="compact-xs"
                  variant="subtle"
                  onClick={() => setShown(one)}
                  aria-label={`Why row ${one.row + 1} was answered so`}
                >
                  Why
                </Button>
              ),
            },
          ]}
        />
      </Panel>
      {shown ? <WorstRowDialog runId={runId} row={shown} onClose={() => setShown(null)} /> : null}
    </>
  );
}

type SegmentsProps = { errors: ErrorAnalysis; loss: string; isOfClasses: boolean };

function Segments({ errors, loss, isOfClasses }: SegmentsProps) {
  return (
    <PlainTable
      label="Parts of the data"
      rows={errors.segments}
      keyOf={({ conditions }) => conditions.join()}
      columns={[
        { name: 'where', cell: ({ conditions }) => conditions.join(', ') },
        { name: 'rows', isNumber: true, cell: ({ rows }) => formatCount(rows) },
        { name: `mean ${loss}`, isNumber: true, cell: (segment) => formatMetric(segment.loss) },
        isOfClasses
          ? { name: 'wrong answers', isNumber: true, cell: ({ errorRate }) => formatPercent(errorRate) }
          : null,
        { name: 'share of all losses', isNumber: true, cell: ({ lossShare }) => formatPercent(lossShare) },
      ]}
    />
  );
}

const cell = (value: string | number): string => (typeof value === 'number' ? formatNumber(value) : value);
