import { Group, NumberInput, SegmentedControl, Text } from '@mantine/core';
import type { DeployForm, KindProps } from './deploy-form.ts';
import { More } from './More.tsx';
import { OtherVersions } from './OtherVersions.tsx';

const ways: { value: DeployForm['combine']; label: string }[] = [
  { value: 'mean', label: 'Mean' },
  { value: 'weighted', label: 'Weighted mean' },
  { value: 'vote', label: 'Majority of labels' },
];

/** Who answers together, and how the answers become one. */
export function EnsembleFields({ form, set, stable }: KindProps) {
  return (
    <>
      <Text size="sm">All answer every request, and the caller gets what they say together.</Text>
      <SegmentedControl
        aria-label="How the answers are combined"
        data={ways}
        value={form.combine}
        onChange={(combine) => set({ combine: combine as DeployForm['combine'] })}
      />
      {form.combine === 'weighted' ? (
        <Group grow align="flex-end">
          <NumberInput
            label={`Weight of ${stable}`}
            min={0}
            value={form.stableWeight}
            onChange={(value) => set({ stableWeight: Math.max(0, Number(value)) })}
          />
          <NumberInput
            label="Weight of the new version"
            min={0}
            value={form.weight}
            onChange={(value) => set({ weight: Math.max(0, Number(value)) })}
          />
        </Group>
      ) : null}
      <More>
        <OtherVersions
          form={form}
          set={set}
          max={8}
          add="Add another version"
          amount={form.combine === 'weighted' ? 'weight' : undefined}
        />
      </More>
    </>
  );
}
