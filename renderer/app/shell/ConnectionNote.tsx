import { IconPlugConnectedX } from '@tabler/icons-react';
import { useEffect, useState } from 'react';
import { useConnection } from '../events.ts';
import classes from './ConnectionNote.module.css';

/** Says that the engine is gone, once it has been for a moment; disappears by itself when it is back. */
export function ConnectionNote() {
  const isLost = useConnection() === 'lost';
  const [isShown, setShown] = useState(false);
  useEffect(() => {
    if (!isLost) {
      setShown(false);
      return;
    }
    const timer = setTimeout(() => setShown(true), 2500);
    return () => clearTimeout(timer);
  }, [isLost]);
  return (
    <div role="status">
      {isShown ? (
        <p className={classes.note}>
          <IconPlugConnectedX size={15} aria-hidden="true" />
          The engine does not answer. What you see may be out of date; the page connects again by itself.
        </p>
      ) : null}
    </div>
  );
}
