import { NumberInput } from '@mantine/core';
import { EditableRows } from '../../components/EditableRows.tsx';
import type { StepForm } from './deploy-form.ts';

type Props = { steps: readonly StepForm[]; set: (steps: StepForm[]) => void };

/** Each step of a canary: its share, and how many answers and minutes it lasts at least. */
export function CanarySteps({ steps, set }: Props) {
  const last = steps.at(-1) ?? { percent: 0, minRequests: 100, minMinutes: '' };
  return (
    <EditableRows
      rows={steps}
      onChange={set}
      removeLabel={(place) => `Leave out step ${place}`}
      addLabel="Add a step"
      create={() => ({ ...last, percent: Math.min(100, last.percent + 10) })}
      least={1}
      most={50}
    >
      {(step, change, index) => (
        <>
          <NumberInput
            aria-label={`Share of step ${index + 1}`}
            min={0}
            max={100}
            suffix=" %"
            flex={1}
            value={step.percent}
            onChange={(value) => change({ percent: Number(value) })}
          />
          <NumberInput
            aria-label={`Answers of step ${index + 1}`}
            placeholder="any number"
            min={1}
            allowDecimal={false}
            suffix=" answers"
            flex={1}
            value={step.minRequests}
            onChange={(value) => change({ minRequests: value === '' ? '' : Number(value) })}
          />
          <NumberInput
            aria-label={`Minutes of step ${index + 1}`}
            placeholder="no time"
            min={0}
            suffix=" minutes"
            flex={1}
            value={step.minMinutes}
            onChange={(value) => change({ minMinutes: value === '' ? '' : Number(value) })}
          />
        </>
      )}
    </EditableRows>
  );
}
