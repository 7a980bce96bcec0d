import { IconAlertTriangle } from '@tabler/icons-react';
import type { DatasetPreview } from '../../../local-api/contract/index.ts';
import { formatPlural } from '../../app/format.ts';
import { placeOf } from './bad-row-place.ts';
import classes from './import.module.css';

/** What was odd about the file, and the rows that could not be read. Nothing when all is well. */
export function PreviewNotes({ preview }: { preview: DatasetPreview }) {
  const { warnings, badRows } = preview;
  if (warnings.length === 0 && badRows.length === 0) return null;
  return (
    <section className={classes.notes} aria-label="Warnings">
      <IconAlertTriangle size={17} aria-hidden="true" />
      <div>
        {warnings.map((warning) => (
          <p key={warning}>{warning}</p>
        ))}
        {badRows.length > 0 ? (
          <details>
            <summary>
              {formatPlural(badRows.length, 'row')} {badRows.length === 1 ? 'does' : 'do'} not fit and would
              be set aside
            </summary>
            <ul className={classes.badRows}>
              {badRows.map((row, index) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: the same row can be bad for two reasons.
                <li key={index}>
                  {placeOf(row) === '' ? '' : `${placeOf(row)}: `}
                  {row.reason} <code>{row.text}</code>
                </li>
              ))}
            </ul>
          </details>
        ) : null}
      </div>
    </section>
  );
}
