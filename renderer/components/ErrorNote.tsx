import { IconAlertTriangle } from '@tabler/icons-react';
import { toFault } from '../app/api.ts';
import { FaultText } from './ErrorState.tsx';
import classes from './states.module.css';

/** A failure beside what caused it: under a form, in a dialog. Shows nothing when there is none. */
export function ErrorNote({ error }: { error: unknown }) {
  if (error === null || error === undefined) return null;
  return (
    <div className={classes.note} role="alert">
      <IconAlertTriangle size={16} aria-hidden="true" />
      <div>
        <p className={classes.title}>{toFault(error).title}</p>
        <FaultText error={error} />
      </div>
    </div>
  );
}
