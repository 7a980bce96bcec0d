import { ActionIcon, Button, Group, Stack } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { ReactNode } from 'react';

type Props<Row> = {
  rows: readonly Row[];
  onChange: (rows: Row[]) => void;
  /** Fields of a row, beside each other; `change` sets some of its values. */
  children: (row: Row, change: (part: Partial<Row>) => void, index: number) => ReactNode;
  /** What the button that takes a row away is called; `place` counts from 1. */
  removeLabel: (place: number) => string;
  addLabel: string;
  /** The row that is added. */
  create: () => Row;
  least?: number;
  most?: number;
};

/** Rows of fields that can be taken away and added to. */
export function EditableRows<Row>(props: Props<Row>) {
  const { rows, onChange, children, removeLabel, addLabel, create, least = 0, most = Infinity } = props;
  return (
    <Stack gap={6}>
      {rows.map((row, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: they have no identity but their place
        <Group key={index} gap={6} wrap="nowrap">
          {children(
            row,
            (part) => onChange(rows.map((one, at) => (at === index ? { ...one, ...part } : one))),
            index,
          )}
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={removeLabel(index + 1)}
            disabled={rows.length <= least}
            onClick={() => onChange(rows.filter((_, at) => at !== index))}
          >
            <IconX size={15} />
          </ActionIcon>
        </Group>
      ))}
      <div>
        <Button
          size="xs"
          variant="default"
          leftSection={<IconPlus size={14} />}
          disabled={rows.length >= most}
          onClick={() => onChange([...rows, create()])}
        >
          {addLabel}
        </Button>
      </div>
    </Stack>
  );
}
