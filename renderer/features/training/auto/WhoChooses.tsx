import { SegmentedControl } from '@mantine/core';
import { useRef } from 'react';
import type { Draft } from '../draft.ts';
import { autoKind, readAuto, shortAuto } from './auto-settings.ts';

type Trainers = Draft['trainers'];

type Props = {
  trainers: Trainers;
  /** Trainers to start from where none were chosen before. */
  usual: readonly string[];
  onChange: (trainers: Trainers) => void;
};

/** Whether people name the trainers or Assay tries them all; what was set on the other side is kept for the way back. */
export function WhoChooses({ trainers, usual, onChange }: Props) {
  const isAuto = autoKind in trainers;
  const before = useRef<Trainers | null>(null);
  const choose = (value: string) => {
    if ((value === autoKind) === isAuto) return;
    const usualOnes = Object.fromEntries(usual.map((kind) => [kind, {}]));
    const next = before.current ?? (isAuto ? usualOnes : { [autoKind]: shortAuto(readAuto({})) });
    before.current = trainers;
    onChange(next);
  };
  return (
    <SegmentedControl
      aria-label="Who chooses the model"
      value={isAuto ? autoKind : 'people'}
      onChange={choose}
      data={[
        { value: 'people', label: 'I choose trainers' },
        { value: autoKind, label: 'Let Assay choose' },
      ]}
      mb="sm"
    />
  );
}
