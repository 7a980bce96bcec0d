import { Button, type ButtonProps, Group, Popover, Text } from '@mantine/core';
import { type ReactNode, useState } from 'react';

type Props = ButtonProps & {
  children: ReactNode;
  /** What will happen, as a question: "Delete version 3? Its rows are gone for good." */
  question: string;
  /** The word on the button that does it. */
  confirmLabel: string;
  onConfirm: () => void;
};

/** A button for what cannot be undone: asks once, beside itself. What can be undone should use `toastWithUndo` instead. */
export function ConfirmButton({ children, question, confirmLabel, onConfirm, ...button }: Props) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} withArrow shadow="md" trapFocus returnFocus width={280}>
      <Popover.Target>
        <Button variant="default" {...button} onClick={() => setOpen((open) => !open)} aria-haspopup="dialog">
          {children}
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={question}>
        <Text size="sm" mb="sm">
          {question}
        </Text>
        <Group justify="flex-end" gap="xs">
          <Button variant="default" onClick={() => setOpen(false)}>
            Keep
          </Button>
          <Button
            color="red.8"
            onClick={() => {
              setOpen(false);
              onConfirm();
            }}
          >
            {confirmLabel}
          </Button>
        </Group>
      </Popover.Dropdown>
    </Popover>
  );
}
