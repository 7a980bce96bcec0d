import { Button } from '@mantine/core';
import { useState } from 'react';
import type { ErrorAnalysis, Evaluation, WorstRow } from '../../../../local-api/contract/index.ts';
import { formatCount, formatMetric, formatNumber, formatPercent } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import plain from '../../../components/plain-table.module.css';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import classes from './evaluation.module.css';
import { WorstRowDialog } from './WorstRowDialog.tsx';

type Props = { errors: ErrorAnalysis; task: Evaluation['task']; runId: string };

/** Where the model goes wrong: parts of the data, and single rows. */
export function ErrorsPanel({ errors, task, runId }: Props) {
  const [shown, setShown] = useState<WorstRow | null>(null);
  const loss = task === 'classification' ? 'log loss' : 'absolute error';
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
        <ScrollRegion label="Rows of highest loss" className={plain.scroll}>
          <table className={plain.table}>
            <thead>
              <tr>
                {['row of the data', 'truth', 'answer'].map((name) => (
                  <th key={name} scope="col">
                    {name}
                  </th>
                ))}
                {task === 'classification' ? (
                  <th scope="col" className={plain.right}>
                    probability of the truth
                  </th>
                ) : null}
                <th scope="col" className={plain.right}>
                  {loss}
                </th>
                <th scope="col">
                  <span className="a-hidden">why</span>
                </th>
              </tr>
            </thead>
            <tbody>
              {errors.worst.map((one) => (
                <tr key={one.place}>
                  <th scope="row">{formatCount(one.row + 1)}</th>
                  <td>{cell(one.truth)}</td>
                  <td>{cell(one.answer)}</td>
                  {one.probability === null ? null : (
                    <td className={plain.right}>{formatPercent(one.probability, 2)}</td>
                  )}
                  <td className={plain.right}>{formatMetric(one.loss)}</td>
                  <td className={plain.right}>
                    <Button
                      size="compact-xs"
                      variant="subtle"
                      onClick={() => setShown(one)}
                      aria-label={`Why row ${one.row + 1} was answered so`}
                    >
                      Why
                    </Button>
                  </td>
                </tr>
              ))}
            </tbody>
          </table>
        </ScrollRegion>
      </Panel>
      {shown ? <WorstRowDialog runId={runId} row={shown} onClose={() => setShown(null)} /> : null}
    </>
  );
}

type SegmentsProps = { errors: ErrorAnalysis; loss: string; isOfClasses: boolean };

function Segments({ errors, loss, isOfClasses }: SegmentsProps) {
  return (
    <ScrollRegion label="Parts of the data" className={plain.scroll}>
      <table className={plain.table}>
        <thead>
          <tr>
            <th scope="col">where</th>
            {['rows', `mean ${loss}`, ...(isOfClasses ? ['wrong answers'] : []), 'share of all losses'].map(
              (name) => (
                <th key={name} scope="col" className={plain.right}>
                  {name}
                </th>
              ),
            )}
          </tr>
        </thead>
        <tbody>
          {errors.segments.map((segment) => (
            <tr key={segment.conditions.join()}>
              <th scope="row">{segment.conditions.join(', ')}</th>
              <td className={plain.right}>{formatCount(segment.rows)}</td>
              <td className={plain.right}>{formatMetric(segment.loss)}</td>
              {segment.errorRate === null ? null : (
                <td className={plain.right}>{formatPercent(segment.errorRate)}</td>
              )}
              <td className={plain.right}>{formatPercent(segment.lossShare)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </ScrollRegion>
  );
}

const cell = (value: string | number): string => (typeof value === 'number' ? formatNumber(value) : value);
