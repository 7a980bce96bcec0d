import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Coefficient, ModelCoefficients } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import { type PlainColumn, PlainTable } from '../../../components/PlainTable.tsx';
import { useCoefficients } from '../artifacts/run-files.ts';
import classes from './evaluation.module.css';

/** More are in the file. */
const MOST_SHOWN = 200;

/** Coefficients of a linear model, the largest first; nothing where the run holds none (yet). */
export function CoefficientsPanel({ runId }: { runId: string }) {
  const { data } = useCoefficients(runId);
  return data ? <Coefficients coefficients={data} /> : null;
}

function Coefficients({ coefficients }: { coefficients: ModelCoefficients }) {
  const { terms, errors, undefinedBecause } = coefficients;
  const hasRobust = terms.some(({ robust }) => robust !== null);
  const hasScores = terms.some(({ score }) => score !== null);
  const [kind, setKind] = useState('model');
  const shown = useMemo(
    () => terms.toSorted((a, b) => Math.abs(b.value) - Math.abs(a.value)).slice(0, MOST_SHOWN),
    [terms],
  );
  return (
    <Panel
      title="Coefficients"
      aside={
        hasRobust ? (
          <SegmentedControl
            aria-label="Standard errors"
            size="xs"
            value={kind}
            onChange={setKind}
            data={[
              { value: 'model', label: 'Classical errors' },
              { value: 'robust', label: 'Robust (HC3)' },
            ]}
          />
        ) : null
      }
    >
      <p className={classes.note}>{explained(coefficients)}</p>
      {undefinedBecause === null ? null : (
        <p className={classes.note}>Standard errors are not defined: {undefinedBecause}.</p>
      )}
      <PlainTable
        label="Table of coefficients"
        rows={shown}
        keyOf={({ score, column }) => `${score} ${column}`}
        columns={[
          hasScores ? { name: 'class', cell: ({ score }) => score } : null,
          { name: 'column', namesRow: true, cell: ({ column }) => column ?? '(intercept)' },
          { name: 'coefficient', isNumber: true, cell: ({ value }) => formatNumber(value) },
          {
            name: 'by unit of the data',
            isNumber: true,
            cell: ({ value, unit }) => (unit === null ? NO_VALUE : formatNumber(value / unit)),
          },
          ...(errors === null ? [] : errorColumns(errors.statistic, kind === 'robust')),
        ]}
      />
      {shown.length < terms.length ? (
        <p className={classes.note}>
          The {MOST_SHOWN} largest of {formatCount(terms.length)}; all are in model/coefficients.json.
        </p>
      ) : null}
    </Panel>
  );
}

type ErrorFigures = NonNullable<Coefficient['error']>;

function errorColumns(statistic: string, isRobust: boolean): PlainColumn<Coefficient>[] {
  const column = (name: string, text: (error: ErrorFigures) => string): PlainColumn<Coefficient> => ({
    name,
    isNumber: true,
    cell: ({ robust, error }) => {
      const figures = isRobust ? robust : error;
      return figures === null ? NO_VALUE : text(figures);
    },
  });
  return [
    column('standard error', ({ standardError }) => formatNumber(standardError)),
    column('95 % interval', ({ low, high }) => `${formatNumber(low, 3)} – ${formatNumber(high, 3)}`),
    column(statistic, (error) => formatNumber(error.statistic, 3)),
    column('p', ({ pValue }) => (pValue < 0.0001 ? '< 0.0001' : formatNumber(pValue, 2))),
  ];
}

function explained({ link, positive, errors }: ModelCoefficients): string {
  const what = {
    identity: 'the answer',
    log: 'the logarithm of the answer',
    logit: `the log-odds of “${positive}”`,
    softmax: 'the score of a class, around the mean of all classes',
  }[link];
  const missing =
    errors === null
      ? ''
      : ' A column without an error hangs on others: all 0/1 columns of a feature together say what the intercept says.';
  return `How much ${what} changes with one unit of a column as the model sees it: numbers in standard deviations.${missing}`;
}
