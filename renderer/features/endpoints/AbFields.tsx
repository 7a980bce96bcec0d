import { Group, NumberInput, Select } from '@mantine/core';
import { type DeployForm, type KindProps, stableShare } from './deploy-form.ts';
import { More } from './More.tsx';
import { OtherVersions } from './OtherVersions.tsx';
import { ShareSlider } from './ShareSlider.tsx';
import { StickyFields } from './StickyFields.tsx';

const judges: { value: DeployForm['judgedBy']; label: string }[] = [
  { value: 'loss', label: 'true values' },
  { value: 'more', label: 'outcomes: more is better' },
  { value: 'less', label: 'outcomes: less is better' },
];

/** Shares of an A/B test and how it is judged. */
export function AbFields({ form, set, stable, faults }: KindProps) {
  return (
    <>
      <ShareSlider
        label={`Share of the new version: ${form.percent} %`}
        note={`${stable} answers the other ${Math.max(0, stableShare(form))} %. A test that holds at every look says which is better.`}
        value={form.percent}
        onChange={(percent) => set({ percent })}
      />
      <Group grow align="flex-end">
        <Select
          label="Judged by"
          data={judges}
          allowDeselect={false}
          value={form.judgedBy}
          onChange={(judgedBy) => judgedBy && set({ judgedBy })}
        />
        <NumberInput
          label="Smallest difference that matters"
          min={0}
          step={0.01}
          value={form.minEffect}
          onChange={(value) => set({ minEffect: Number(value) })}
        />
      </Group>
      <More>
        <OtherVersions form={form} set={set} max={8} add="Test another version" amount="percent" />
        <StickyFields form={form} set={set} faults={faults} />
        <NumberInput
          label="Chance of a false alarm"
          description="Over the whole test, however often one looks."
          min={0.01}
          max={50}
          suffix=" %"
          value={form.alphaPercent}
          onChange={(value) => set({ alphaPercent: Number(value) })}
        />
      </More>
    </>
  );
}
