import type { SkippedInImport } from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import classes from './imports.module.css';

/** What was left out, how often and why, with a few examples each. */
export function SkippedList({ skipped }: { skipped: readonly SkippedInImport[] }) {
  return (
    <ul className={classes.skipped}>
      {skipped.map(({ reason, count, examples }) => (
        <li key={reason}>
          <strong>{formatPlural(count, 'time')}</strong>: {reason}
          {examples.map((example) => (
            <div key={example} className={classes.example}>
              {example}
            </div>
          ))}
        </li>
      ))}
    </ul>
  );
}
