import { SegmentedControl } from '@mantine/core';
import { useMemo, useState } from 'react';
import type { Coefficient, ModelCoefficients } from '../../../../local-api/contract/index.ts';
import { formatCount, formatNumber, NO_VALUE } from '../../../app/format.ts';
import { Panel } from '../../../components/Panel.tsx';
import plain from '../../../components/plain-table.module.css';
import { ScrollRegion } from '../../../components/ScrollRegion.tsx';
import { useCoefficients } from '../artifacts/run-files.ts';
import classes from './evaluation.module.css';

/** More are in the file. */
const MOST_SHOWN = 200;

/** Coefficients of a linear model, the largest first. Nothing for models of other kinds. */
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
      <ScrollRegion label="Table of coefficients" className={plain.scroll}>
        <table className={plain.table}>
          <thead>
            <tr>
              {hasScores ? <th scope="col">class</th> : null}
              <th scope="col">column</th>
              {['coefficient', 'by unit of the data'].map((name) => (
                <th scope="col" className={plain.right} key={name}>
                  {name}
                </th>
              ))}
              {errors === null
                ? null
                : ['standard error', '95 % interval', errors.statistic, 'p'].map((name) => (
                    <th scope="col" className={plain.right} key={name}>
                      {name}
                    </th>
                  ))}
            </tr>
          </thead>
          <tbody>
            {shown.map((term) => (
              <tr key={`${term.score} ${term.column}`}>
                {hasScores ? <td>{term.score}</td> : null}
                <th scope="row">{term.column ?? '(intercept)'}</th>
                <td className={plain.right}>{formatNumber(term.value)}</td>
                <td className={plain.right}>
                  {term.unit === null ? NO_VALUE : formatNumber(term.value / term.unit)}
                </td>
                {errors === null ? null : <ErrorCells term={term} isRobust={kind === 'robust'} />}
              </tr>
            ))}
          </tbody>
        </table>
      </ScrollRegion>
      {shown.length < terms.length ? (
        <p className={classes.note}>
          The {MOST_SHOWN} largest of {formatCount(terms.length)}; all are in model/coefficients.json.
        </p>
      ) : null}
    </Panel>
  );
}

function ErrorCells({ term, isRobust }: { term: Coefficient; isRobust: boolean }) {
  const error = isRobust ? term.robust : term.error;
  const cell = (text: string) => <td className={plain.right}>{error === null ? NO_VALUE : text}</td>;
  return (
    <>
      {cell(formatNumber(error?.standardError))}
      {cell(`${formatNumber(error?.low, 3)} – ${formatNumber(error?.high, 3)}`)}
      {cell(formatNumber(error?.statistic, 3))}
      {cell((error?.pValue ?? 1) < 0.0001 ? '< 0.0001' : formatNumber(error?.pValue, 2))}
    </>
  );
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
