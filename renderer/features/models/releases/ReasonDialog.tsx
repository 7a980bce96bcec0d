import { Text, Textarea } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { FormDialog } from '../../../components/FormDialog.tsx';

type Props = {
  title: string;
  submitLabel: string;
  /** What will happen, in a sentence. */
  text: string;
  isRequired: boolean;
  onSubmit: (reason: string) => Promise<unknown>;
  onClose: () => void;
};

/** Asks why before something about a release is done. */
export function ReasonDialog({ title, submitLabel, text, isRequired, onSubmit, onClose }: Props) {
  const cache = useQueryClient();
  const [reason, setReason] = useState('');
  const submit = async () => {
    await onSubmit(reason.trim());
    await cache.invalidateQueries({ queryKey: ['models'] });
    onClose();
  };
  return (
    <FormDialog
      title={title}
      submitLabel={submitLabel}
      canSubmit={!isRequired || reason.trim() !== ''}
      onSubmit={submit}
      onClose={onClose}
    >
      <Text size="sm" mb="md">
        {text}
      </Text>
      <Textarea
        label="Reason"
        description="For those who read the history."
        required={isRequired}
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
      />
    </FormDialog>
  );
}
