import { Button, Group, NumberInput, TextInput } from '@mantine/core';
import { CanarySteps } from './CanarySteps.tsx';
import { type KindProps, ownSteps, stepsFrom } from './deploy-form.ts';
import { More } from './More.tsx';
import { ShareSlider } from './ShareSlider.tsx';
import { StickyFields } from './StickyFields.tsx';

/** The steps of a canary, and what takes it back. */
export function CanaryFields({ form, set, stable, faults }: KindProps) {
  const { steps } = form;
  return (
    <>
      {steps === null ? (
        <ShareSlider
          label={`Share of its first step: ${form.percent} %`}
          note={`Steps: ${stepsFrom(form.percent).join(' → ')} %. It goes back to ${stable} by itself when it breaks a limit.`}
          value={form.percent}
          onChange={(percent) => set({ percent })}
        />
      ) : (
        <CanarySteps steps={steps} set={(changed) => set({ steps: changed })} />
      )}
      <Group grow align="flex-end">
        {steps === null ? (
          <NumberInput
            label="Answers a step"
            min={1}
            allowDecimal={false}
            value={form.minRequests}
            onChange={(value) => set({ minRequests: Math.max(1, Number(value)) })}
          />
        ) : null}
        <NumberInput
          label="Errors allowed, %"
          min={0}
          max={100}
          value={form.errorPercent}
          onChange={(value) => set({ errorPercent: Math.min(100, Math.max(0, Number(value))) })}
        />
        <TextInput
          label="p95 allowed, ms"
          value={form.p95Ms}
          error={faults.p95Ms}
          onChange={(event) => set({ p95Ms: event.currentTarget.value })}
        />
      </Group>
      <More>
        <div>
          <Button
            size="xs"
            variant="default"
            onClick={() => set({ steps: steps === null ? ownSteps(form) : null })}
          >
            {steps === null ? 'Set each step' : 'Back to the usual steps'}
          </Button>
        </div>
        <Group grow align="flex-end">
          <NumberInput
            label="Answers before it is judged"
            min={1}
            allowDecimal={false}
            value={form.judgedFrom}
            onChange={(value) => set({ judgedFrom: Math.max(1, Number(value)) })}
          />
          <NumberInput
            label="More loss allowed"
            placeholder="any"
            min={0}
            step={0.01}
            value={form.maxLossIncrease}
            onChange={(value) => set({ maxLossIncrease: value === '' ? '' : Number(value) })}
          />
          <NumberInput
            label="True values of each"
            min={1}
            allowDecimal={false}
            disabled={form.maxLossIncrease === ''}
            value={form.minTruths}
            onChange={(value) => set({ minTruths: Math.max(1, Number(value)) })}
          />
        </Group>
        <StickyFields form={form} set={set} faults={faults} />
      </More>
    </>
  );
}
