import type { RowExplanations } from '../../../local-api/contract/index.ts';
import { formatCount, formatNumber } from '../../app/format.ts';
import { Waterfall } from '../../charts/Waterfall.tsx';
import classes from './explanations.module.css';
import { cellText, methodName, scaleName } from './words.ts';

/** A share of the way from the mean to the answer that is rounding of the model. */
const negligible = 1e-6;

/** Why one row is answered as it is: what its inputs add to the mean answer, by which method and how surely. */
export function RowAnswer({ explained, target }: { explained: RowExplanations; target: string }) {
  const { method, scale, reference, modelCalls, milliseconds, notes } = explained;
  const [row] = explained.rows;
  if (row === undefined) return null;
  const largest = Math.max(...row.features.map(({ standardError }) => standardError ?? 0));
  const strongest = Math.max(...row.features.map(({ contribution }) => Math.abs(contribution)));
  return (
    <section aria-label="What moves this answer" className={classes.answer}>
      <h3 className={classes.title}>What moves this answer</h3>
      {strongest <= negligible * Math.max(1, Math.abs(row.base)) ? (
        <p className={classes.note}>No input moves this answer away from the mean.</p>
      ) : (
        <Waterfall
          title="What moves this answer"
          hidesTitle
          base={row.base}
          steps={row.features.map(({ name, value, contribution, standardError }) => ({
            label: `${name} = ${cellText(value)}`,
            value: contribution,
            error: standardError,
          }))}
          valueLabel={scaleName(scale, row.output, target)}
          most={10}
        />
      )}
      <p className={classes.note}>
        From {formatNumber(row.base, 4)}, the mean of {formatCount(reference.rows)} rows (
        {reference.source.toLowerCase()}), to {formatNumber(row.prediction, 4)}. Method: {methodName(method)}
        {modelCalls > 1 ? `, ${formatCount(modelCalls)} questions to the model` : ''},{' '}
        {formatNumber(milliseconds, 3)} ms.{' '}
        {largest > 0
          ? `Largest standard error ${formatNumber(largest, 2)}${row.isConverged ? '' : ', more than was aimed at'}.`
          : ''}
      </p>
      {notes.map((note) => (
        <p key={note} className={classes.note}>
          {note}
        </p>
      ))}
    </section>
  );
}
