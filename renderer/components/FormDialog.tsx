import { Button, Group, Modal, type ModalProps } from '@mantine/core';
import { type ReactNode, useState } from 'react';
import { ErrorNote } from './ErrorNote.tsx';

type Props = {
  title: string;
  submitLabel: string;
  cancelLabel?: string;
  canSubmit: boolean;
  /** The dialog stays open and says why when this fails; who calls closes it when it is done. */
  onSubmit: () => Promise<void>;
  onClose: () => void;
  /** What the submit button warns of by its colour. */
  tone?: 'plain' | 'danger';
  size?: ModalProps['size'];
  children: ReactNode;
};

/** A small form over the page: Enter submits, Escape leaves, a refusal is shown above the buttons. */
export function FormDialog(props: Props) {
  const { canSubmit, onSubmit, onClose, size } = props;
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const submit = async () => {
    setBusy(true);
    setError(null);
    try {
      await onSubmit();
    } catch (caught) {
      setError(caught);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title={props.title} {...(size === undefined ? {} : { size })}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (canSubmit && !isBusy) void submit();
        }}
      >
        {props.children}
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            {props.cancelLabel ?? 'Cancel'}
          </Button>
          <Button
            type="submit"
            loading={isBusy}
            disabled={!canSubmit}
            {...(props.tone === 'danger' ? { color: 'red.8' } : {})}
          >
            {props.submitLabel}
          </Button>
        </Group>
      </form>
    </Modal>
  );
}
