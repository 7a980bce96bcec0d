import { ActionIcon, Button, Group, NumberInput, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import { ModelRefField } from '../../components/ModelRefField.tsx';
import type { DeployForm, OtherForm } from './deploy-form.ts';

type Props = {
  form: DeployForm;
  set: (change: Partial<DeployForm>) => void;
  /** As many as a route may have beside the first two. */
  max: number;
  add: string;
  /** What is set for each besides its reference. */
  amount?: 'percent' | 'weight' | undefined;
};

/** Further versions of a route; the first two are what answers now and the new one. */
export function OtherVersions({ form: { others }, set, max, add, amount }: Props) {
  const change = (index: number, changed: Partial<OtherForm>) =>
    set({ others: others.map((other, at) => (at === index ? { ...other, ...changed } : other)) });
  return (
    <Stack gap={6}>
      {others.map((other, index) => {
        const label = `Version ${index + 3}`;
        return (
          // biome-ignore lint/suspicious/noArrayIndexKey: they have no identity but their place
          <Group key={index} gap={6} wrap="nowrap">
            <ModelRefField isRow label={label} value={other.ref} onChange={(ref) => change(index, { ref })} />
            {amount === undefined ? null : (
              <NumberInput
                aria-label={
                  amount === 'percent' ? `Share of version ${index + 3}` : `Weight of version ${index + 3}`
                }
                min={0}
                {...(amount === 'percent' ? { max: 99, suffix: ' %' } : {})}
                value={other[amount]}
                onChange={(value) => change(index, { [amount]: Math.max(0, Number(value)) })}
                w={90}
              />
            )}
            <ActionIcon
              variant="subtle"
              color="gray"
              aria-label={`Leave out version ${index + 3}`}
              onClick={() => set({ others: others.filter((_, at) => at !== index) })}
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
          disabled={others.length >= max}
          onClick={() => set({ others: [...others, { ref: '', percent: 10, weight: 1 }] })}
        >
          {add}
        </Button>
      </div>
    </Stack>
  );
}
