import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { useChangeSettings, useSettings } from '../../app/preferences.ts';
import { toastFault } from '../../components/toasts.tsx';
import classes from './tour.module.css';

type Stop = { target: string; title: string; text: string };

const stops: readonly Stop[] = [
  {
    target: 'datasets',
    title: 'Data comes first',
    text: 'Imported files become versions that never change. Each is profiled: types, gaps, distributions.',
  },
  {
    target: 'experiments',
    title: 'Every training is a run',
    text: 'Parameters, live curves, evaluation and the model itself. Select several to compare them.',
  },
  {
    target: 'models',
    title: 'The good ones become models',
    text: 'With versions and aliases such as champion. They answer predictions and export as one folder.',
  },
  {
    target: 'job-drawer',
    title: 'What takes time is a job',
    text: 'This shows what is running, from any page. Jobs can be stopped, and go on when you close the page.',
  },
  {
    target: 'search',
    title: 'Anything, by keyboard',
    text: 'Ctrl or ⌘ and K finds datasets, runs and models and knows every command; ? lists the shortcuts.',
  },
];

/** A short tour for the first visit: offered, never forced, and gone for good once taken or refused. */
export function Tour() {
  const settings = useSettings().data?.settings;
  const change = useChangeSettings();
  const [index, setIndex] = useState(-1);
  if (!settings || settings.ui.tourDone) return null;
  const end = () => change({ 'ui.tourDone': true }).catch(toastFault);
  const stop = stops[index];
  if (!stop) {
    return (
      <aside className={classes.offer} aria-label="Tour">
        <p>
          <strong>New here?</strong> Five stops, half a minute.
        </p>
        <Button onClick={() => setIndex(0)}>Take the tour</Button>
        <Button variant="default" onClick={end}>
          No, thanks
        </Button>
      </aside>
    );
  }
  const isLast = index === stops.length - 1;
  return (
    <TourStop
      key={stop.target}
      stop={stop}
      position={`${index + 1} of ${stops.length}`}
      nextLabel={isLast ? 'Done' : 'Next'}
      onNext={() => (isLast ? end() : setIndex(index + 1))}
      onEnd={end}
    />
  );
}

type StopProps = { stop: Stop; position: string; nextLabel: string; onNext: () => void; onEnd: () => void };

function TourStop({ stop, position, nextLabel, onNext, onEnd }: StopProps) {
  const box = useTargetBox(stop.target);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => event.key === 'Escape' && onEnd();
    window.addEventListener('keydown', onKey);
    return () => window.removeEventListener('keydown', onKey);
  }, [onEnd]);
  if (!box) return null;
  const isLeft = box.left < window.innerWidth / 3;
  const place = isLeft
    ? { left: box.right + 14, top: Math.max(12, box.top - 8) }
    : { left: Math.max(12, Math.min(box.left, window.innerWidth - 330)), top: box.bottom + 12 };
  return (
    <>
      <div
        className={classes.ring}
        style={{ left: box.left - 4, top: box.top - 4, width: box.width + 8, height: box.height + 8 }}
        aria-hidden="true"
      />
      <section
        className={classes.card}
        style={place}
        role="dialog"
        aria-label={`Tour, ${position}: ${stop.title}`}
      >
        <p className={classes.title}>{stop.title}</p>
        <p>{stop.text}</p>
        <div className={classes.buttons}>
          <span className="a-dim">{position}</span>
          <Button variant="default" onClick={onEnd}>
            Skip
          </Button>
          <Button onClick={onNext} autoFocus>
            {nextLabel}
          </Button>
        </div>
      </section>
    </>
  );
}

/** Where the target of a stop is on the screen; null when it is not there. */
function useTargetBox(target: string): DOMRect | null {
  const [box, setBox] = useState<DOMRect | null>(null);
  useEffect(() => {
    const measure = () =>
      setBox(document.querySelector(`[data-tour="${target}"]`)?.getBoundingClientRect() ?? null);
    measure();
    window.addEventListener('resize', measure);
    return () => window.removeEventListener('resize', measure);
  }, [target]);
  return box;
}
