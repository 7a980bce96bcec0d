import { Select, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { useModelVersions } from './models-queries.ts';

type Props = { version: ModelVersion; onClose: () => void };

/** Deprecates a version: callers read it in the headers of every prediction. */
export function DeprecateDialog({ version, onClose }: Props) {
  const cache = useQueryClient();
  const versions = useModelVersions(version.model);
  const [reason, setReason] = useState('');
  const [sunset, setSunset] = useState('');
  const [replacement, setReplacement] = useState<string | null>(null);
  const others = (versions.data?.items ?? [])
    .map((other) => other.version)
    .filter((other) => other !== version.version);
  const save = async () => {
    await client.releases.deprecate({
      params: { model: version.model, version: version.version },
      body: { reason, replacement, sunsetMs: sunset === '' ? null : Date.parse(sunset) },
    });
    await cache.invalidateQueries({ queryKey: ['models'] });
    onClose();
  };
  return (
    <FormDialog
      title={`Deprecate ${version.model} ${version.version}`}
      submitLabel="Deprecate"
      canSubmit={reason.trim() !== ''}
      onSubmit={save}
      onClose={onClose}
    >
      <Textarea
        label="Reason"
        required
        data-autofocus
        value={reason}
        onChange={(event) => setReason(event.currentTarget.value)}
        autosize
      />
      <Select
        label="Use instead"
        data={others}
        value={replacement}
        onChange={setReplacement}
        clearable
        mt="sm"
      />
      <TextInput
        type="date"
        label="Gone from"
        description="When it will no longer answer; empty when that is not known."
        value={sunset}
        onChange={(event) => setSunset(event.currentTarget.value)}
        mt="sm"
      />
    </FormDialog>
  );
}
