import { Button } from '@mantine/core';
import { IconAlertTriangle } from '@tabler/icons-react';
import type { ReactNode } from 'react';
import { toFault } from '../app/api.ts';
import { Digest } from './Digest.tsx';
import classes from './states.module.css';

type Props = { error: unknown; retry?: (() => void) | undefined; action?: ReactNode };

/** What takes the place of content that could not be loaded: title, cause, what to do, and the request id for the log. */
export function ErrorState({ error, retry, action }: Props) {
  const fault = toFault(error);
  return (
    <div className={classes.state} role="alert">
      <span className={classes.icon} data-tone="bad" aria-hidden="true">
        <IconAlertTriangle size={26} stroke={1.4} />
      </span>
      <p className={classes.title}>{fault.title}</p>
      <FaultText error={error} />
      {retry || action ? (
        <div className={classes.actions}>
          {retry ? (
            <Button variant="default" onClick={retry}>
              Try again
            </Button>
          ) : null}
          {action}
        </div>
      ) : null}
      {fault.requestId ? (
        <p className={classes.footnote}>
          {fault.code} · request <Digest value={fault.requestId} />
        </p>
      ) : null}
    </div>
  );
}

/** The words of a failure: cause, every problem the engine listed, and the hint. */
export function FaultText({ error }: { error: unknown }) {
  const fault = toFault(error);
  return (
    <div className={classes.text}>
      {fault.detail !== fault.title ? <p>{fault.detail}</p> : null}
      {fault.problems.length > 0 ? (
        <ul className={classes.problems}>
          {fault.problems.map((problem) => (
            <li key={`${problem.path} ${problem.message}`}>
              {problem.path ? <code>{problem.path}</code> : null} {problem.message}
            </li>
          ))}
        </ul>
      ) : null}
      {fault.hint ? <p className={classes.hint}>{fault.hint}</p> : null}
    </div>
  );
}
