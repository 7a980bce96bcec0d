import { Group, Select, TextInput } from '@mantine/core';
import type { DeployForm, KindProps } from './deploy-form.ts';

const ways: { value: DeployForm['stickyFrom']; label: string }[] = [
  { value: 'none', label: 'each request for itself' },
  { value: 'header', label: 'a header of the request' },
  { value: 'column', label: 'a column of its first row' },
];

/** What decides who answers, so that one customer always meets the same version. */
export function StickyFields({ form, set, faults }: Omit<KindProps, 'stable'>) {
  return (
    <Group grow align="flex-start">
      <Select
        label="Who answers is drawn by"
        data={ways}
        allowDeselect={false}
        value={form.stickyFrom}
        onChange={(stickyFrom) => stickyFrom && set({ stickyFrom })}
      />
      {form.stickyFrom === 'none' ? null : (
        <TextInput
          label={form.stickyFrom === 'header' ? 'Header' : 'Column'}
          placeholder={form.stickyFrom === 'header' ? 'x-customer' : 'customer'}
          value={form.stickyName}
          error={form.stickyName === '' ? null : faults.sticky}
          onChange={(event) => set({ stickyName: event.currentTarget.value })}
        />
      )}
    </Group>
  );
}
