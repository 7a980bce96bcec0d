import type { ReactNode } from 'react';
import classes from './KeyValue.module.css';

export type Fact = { label: ReactNode; value: ReactNode; key?: string };

type Props = {
  facts: readonly Fact[];
  /** Pairs beside each other; 1 by default. */
  columns?: 1 | 2 | 3;
};

/** Facts as a list of label and value. */
export function KeyValue({ facts, columns = 1 }: Props) {
  return (
    <dl className={classes.list} data-columns={columns}>
      {facts.map((fact) => (
        <div key={fact.key ?? String(fact.label)} className={classes.fact}>
          <dt className={classes.label}>{fact.label}</dt>
          <dd className={classes.value}>{fact.value}</dd>
        </div>
      ))}
    </dl>
  );
}
