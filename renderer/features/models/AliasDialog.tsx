import { Autocomplete, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { AliasName, type Model, type ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { toast } from '../../components/toasts.tsx';

type Props = { model: Model; version: ModelVersion; onClose: () => void };

/** Points an alias at a version, saying first from where it moves and what that changes. */
export function AliasDialog({ model, version, onClose }: Props) {
  const cache = useQueryClient();
  const [alias, setAlias] = useState(version.aliases.includes('champion') ? '' : 'champion');
  const name = alias.trim();
  const fault = name === '' ? null : (AliasName.safeParse(name).error?.issues[0]?.message ?? null);
  const from = model.aliases[name];
  const isSame = from === version.version;
  const save = async () => {
    await client.models.setAlias({
      params: { model: model.name, alias: name },
      body: { version: version.version },
    });
    await cache.invalidateQueries({ queryKey: ['models'] });
    toast({ title: `${model.name}@${name} is now ${version.version}`, tone: 'good' });
    onClose();
  };
  return (
    <FormDialog
      title={`Alias for ${model.name} ${version.version}`}
      submitLabel={from === undefined || isSame ? 'Set the alias' : 'Move the alias'}
      canSubmit={name !== '' && fault === null && !isSame}
      onSubmit={save}
      onClose={onClose}
    >
      <Autocomplete
        label="Alias"
        description="A name that callers use instead of a version number."
        data={[...new Set(['champion', 'challenger', ...Object.keys(model.aliases)])]}
        value={alias}
        onChange={setAlias}
        error={fault}
      />
      <Text size="sm" my="md" role="status">
        {name === '' || fault !== null
          ? 'Choose an alias, or type a new one.'
          : isSame
            ? `${name} points at ${version.version} already.`
            : from === undefined
              ? `${model.name}@${name} will be answered by version ${version.version}.`
              : `${name} moves from ${from} to ${version.version}. Calls of ${model.name}@${name} are answered by ${version.version} at once.`}
      </Text>
    </FormDialog>
  );
}
