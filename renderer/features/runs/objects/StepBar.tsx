import { ActionIcon, Slider, Tooltip } from '@mantine/core';
import {
  IconChevronLeft,
  IconChevronRight,
  IconPlayerPause,
  IconPlayerPlay,
  IconPlayerSkipForward,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { ObjectStep } from '../../../../local-api/contract/index.ts';
import { formatCount } from '../../../app/format.ts';
import { RelativeTime } from '../../../components/RelativeTime.tsx';
import classes from './Objects.module.css';

type Props = {
  steps: readonly ObjectStep[];
  index: number;
  show: (index: number) => void;
  /** What is stepped through, for screen readers. */
  label: string;
};

const PLAY_MS = 350;

/** Moves through the steps of an object: slider, arrow keys, and playing them one after another. */
export function StepBar({ steps, index, show, label }: Props) {
  const [isPlaying, setPlaying] = useState(false);
  const latest = useRef({ index, show });
  latest.current = { index, show };
  const last = steps.length - 1;
  useEffect(() => {
    if (!isPlaying) return;
    const timer = setInterval(() => latest.current.show(latest.current.index + 1), PLAY_MS);
    return () => clearInterval(timer);
  }, [isPlaying]);
  const isAtEnd = index >= last;
  useEffect(() => {
    if (isAtEnd) setPlaying(false);
  }, [isAtEnd]);
  const step = steps[index];
  if (steps.length < 2) {
    return step ? (
      <p className={classes.single}>
        step {formatCount(step.step)} · <RelativeTime timeMs={step.timestampMs} />
      </p>
    ) : null;
  }
  const play = () => {
    if (isAtEnd) show(0);
    setPlaying(!isPlaying);
  };
  return (
    <div className={classes.stepBar}>
      <ActionIcon
        variant="default"
        aria-label="Step before"
        disabled={index <= 0}
        onClick={() => show(index - 1)}
      >
        <IconChevronLeft size={15} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label="Next step" disabled={isAtEnd} onClick={() => show(index + 1)}>
        <IconChevronRight size={15} />
      </ActionIcon>
      <ActionIcon variant="default" aria-label={isPlaying ? 'Pause' : 'Play the steps'} onClick={play}>
        {isPlaying ? <IconPlayerPause size={15} /> : <IconPlayerPlay size={15} />}
      </ActionIcon>
      <Slider
        className={classes.slider}
        min={0}
        max={last}
        value={index}
        onChange={show}
        label={(place) => `step ${formatCount(steps[place]?.step ?? 0)}`}
        thumbLabel={`Step of ${label}`}
        thumbProps={{ 'aria-valuetext': `step ${step?.step}` }}
      />
      <span className={classes.stepLabel} aria-live="polite">
        step {formatCount(step?.step ?? 0)}{' '}
        <span className="a-dim">
          ({index + 1} of {formatCount(steps.length)})
        </span>
      </span>
      <Tooltip label="Last step; stays there while more come">
        <ActionIcon variant="default" aria-label="Last step" disabled={isAtEnd} onClick={() => show(last)}>
          <IconPlayerSkipForward size={15} />
        </ActionIcon>
      </Tooltip>
    </div>
  );
}
