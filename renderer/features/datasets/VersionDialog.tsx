import { Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { type DatasetVersion, VersionAlias } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';

/** Names and note of a version. A name that another version has moves to this one. */
export function VersionDialog({ version, onClose }: { version: DatasetVersion; onClose: () => void }) {
  const cache = useQueryClient();
  const [names, setNames] = useState(version.aliases.join(', '));
  const [note, setNote] = useState(version.note);
  const wanted = namesIn(names);
  const wrong = wanted.find((name) => !VersionAlias.safeParse(name).success);
  const { dataset } = version;
  const save = async () => {
    for (const alias of wanted.filter((name) => !version.aliases.includes(name)))
      await client.datasetVersions.setAlias({
        params: { dataset, alias },
        body: { version: version.version },
      });
    for (const alias of version.aliases.filter((name) => !wanted.includes(name)))
      await client.datasetVersions.deleteAlias({ params: { dataset, alias } });
    if (note !== version.note)
      await client.datasetVersions.update({ params: { versionId: version.id }, body: { note } });
    await cache.invalidateQueries({ queryKey: ['datasets'] });
    onClose();
  };
  return (
    <FormDialog
      title={`${dataset} v${version.version}`}
      submitLabel="Save"
      canSubmit={wrong === undefined}
      onSubmit={save}
      onClose={onClose}
    >
      <TextInput
        label="Names"
        description={`With commas between them. ${dataset}@${wanted[0] ?? 'production'} then means this version, everywhere.`}
        placeholder="production, reviewed"
        value={names}
        onChange={(event) => setNames(event.currentTarget.value)}
        error={
          wrong === undefined
            ? null
            : `"${wrong}" is no name: a letter, then letters, digits, dots and dashes`
        }
        data-autofocus
      />
      <Textarea
        label="Note"
        mt="sm"
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
    </FormDialog>
  );
}

function namesIn(text: string): string[] {
  return [...new Set(text.split(',').map((name) => name.trim()))].filter((name) => name !== '');
}
