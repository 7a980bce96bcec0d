import { Select, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelVersion } from '../../../../local-api/contract/index.ts';
import { client } from '../../../app/api.ts';
import { FormDialog } from '../../../components/FormDialog.tsx';
import classes from './releases.module.css';

type Props = {
  model: string;
  environment: string;
  versions: readonly ModelVersion[];
  onClose: () => void;
};

/** Approves a version for an environment in somebody's name. */
export function ApproveDialog({ model, environment, versions, onClose }: Props) {
  const cache = useQueryClient();
  const choices = versions.filter(({ status }) => status === 'ready').map(({ version }) => version);
  const [version, setVersion] = useState<string | null>(choices[0] ?? null);
  const [actor, setActor] = useState('');
  const [reason, setReason] = useState('');
  const approve = async () => {
    if (version === null) return;
    await client.releases.approve({
      params: { model },
      body: { version, environment, reason, ...(actor.trim() === '' ? {} : { actor: actor.trim() }) },
    });
    await cache.invalidateQueries({ queryKey: ['models'] });
    onClose();
  };
  return (
    <FormDialog
      title={`Approve for ${environment}`}
      submitLabel="Approve"
      canSubmit={version !== null}
      onSubmit={approve}
      onClose={onClose}
    >
      <div className={classes.fields}>
        <Select label="Version" data={choices} value={version} onChange={setVersion} allowDeselect={false} />
        <TextInput
          label="Your name"
          description="The user that runs the engine when left out."
          value={actor}
          onChange={(event) => setActor(event.currentTarget.value)}
        />
        <Textarea
          label="Reason"
          value={reason}
          onChange={(event) => setReason(event.currentTarget.value)}
          autosize
        />
      </div>
    </FormDialog>
  );
}
