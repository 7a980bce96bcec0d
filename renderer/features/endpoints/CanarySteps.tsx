import { ActionIcon, Button, Group, NumberInput, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { StepForm } from './deploy-form.ts';

type Props = { steps: readonly StepForm[]; set: (steps: StepForm[]) => void };

/** Each step of a canary: its share, and how many answers and minutes it lasts at least. */
export function CanarySteps({ steps, set }: Props) {
  const change = (index: number, changed: Partial<StepForm>) =>
    set(steps.map((step, at) => (at === index ? { ...step, ...changed } : step)));
  const add = () => {
    const last = steps.at(-1) ?? { percent: 0, minRequests: 100, minMinutes: '' };
    set([...steps, { ...last, percent: Math.min(100, last.percent + 10) }]);
  };
  return (
    <Stack gap={6}>
      {steps.map((step, index) => {
        const name = `of step ${index + 1}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: steps have no identity but their place
          <Group key={index} gap={6} wrap="nowrap">
            <NumberInput
              aria-label={`Share ${name}`}
              min={0}
              max={100}
              suffix=" %"
              flex={1}
              value={step.percent}
              onChange={(value) => change(index, { percent: Number(value) })}
            />
            <NumberInput
              aria-label={`Answers ${name}`}
              placeholder="any number"
              min={1}
              allowDecimal={false}
              suffix=" answers"
              flex={1}
              value={step.minRequests}
              onChange={(value) => change(index, { minRequests: value === '' ? '' : Number(value) })}
            />
            <NumberInput
              aria-label={`Minutes ${name}`}
              placeholder="no time"
              min={0}
              suffix=" minutes"
              flex={1}
              value={step.minMinutes}
              onChange={(value) => change(index, { minMinutes: value === '' ? '' : Number(value) })}
            />
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Leave out step ${index + 1}`}
              disabled={steps.length === 1}
              onClick={() => set(steps.filter((_, at) => at !== index))}
            >
              <IconX size={15} />
            </ActionIcon>
          </Group>
        );
      })}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={steps.length >= 50}
          onClick={add}
        >
          Add a step
        </Button>
      </div>
    </Stack>
  );
}
