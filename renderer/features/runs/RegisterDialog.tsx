import { Autocomplete, Button, Group, Modal, TagsInput, Textarea, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { AliasName, ModelName, type Run, SemVer } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { paths } from '../../app/paths.ts';
import { ErrorNote } from '../../components/ErrorNote.tsx';
import { toast } from '../../components/toasts.tsx';
import { useModelNames, useVersionProposal } from '../models/models-queries.ts';

type Props = { run: Run; onClose: () => void };

/** Makes the model of a run a version of a registered model, under a new or a known name. */
export function RegisterDialog({ run, onClose }: Props) {
  const router = useRouter();
  const cache = useQueryClient();
  const names = useModelNames();
  const [name, setName] = useState('');
  const [version, setVersion] = useState('');
  const [aliases, setAliases] = useState<string[]>([]);
  const [description, setDescription] = useState('');
  const [error, setError] = useState<unknown>(null);
  const [isBusy, setBusy] = useState(false);
  const known = names.includes(name.trim()) ? name.trim() : null;
  const proposal = useVersionProposal(known, run.id).data;
  const faults = {
    name: name === '' ? null : faultOf(ModelName.safeParse(name.trim())),
    version: version === '' ? null : faultOf(SemVer.safeParse(version.trim())),
    aliases:
      aliases.map((alias) => faultOf(AliasName.safeParse(alias))).find((fault) => fault !== null) ?? null,
  };
  const canSave = name.trim() !== '' && Object.values(faults).every((fault) => fault === null);
  const save = async () => {
    setBusy(true);
    setError(null);
    try {
      const made = await client.models.register({
        params: { model: name.trim() },
        body: { runId: run.id, aliases, description, ...(version === '' ? {} : { version: version.trim() }) },
      });
      void cache.invalidateQueries({ queryKey: ['models'] });
      toast({ title: `Registered ${made.model} ${made.version}`, tone: 'good' });
      router.history.push(paths.model(made.model, { version: made.version }));
    } catch (caught) {
      setError(caught);
      setBusy(false);
    }
  };
  return (
    <Modal opened onClose={onClose} title="Register the model of this run">
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (canSave) void save();
        }}
      >
        <Autocomplete
          label="Model"
          description="A new name, or one that gets another version."
          placeholder="late-flights"
          data={names}
          value={name}
          onChange={setName}
          error={faults.name}
          required
          data-autofocus
        />
        <TextInput
          label="Version"
          description={
            proposal
              ? `${proposal.version} when left empty. ${proposal.reasons.join(' ')}`
              : 'Proposed by what changed when left empty: 1.0.0 for a new model.'
          }
          placeholder={proposal?.version ?? '1.0.0'}
          value={version}
          onChange={(event) => setVersion(event.currentTarget.value)}
          error={faults.version}
          mt="sm"
        />
        <TagsInput
          label="Aliases"
          description="Callers can use name@alias; an alias that is in use moves here."
          data={['champion', 'challenger']}
          value={aliases}
          onChange={setAliases}
          error={faults.aliases}
          mt="sm"
        />
        <Textarea
          label="Description"
          value={description}
          onChange={(event) => setDescription(event.currentTarget.value)}
          autosize
          minRows={2}
          maxRows={8}
          mt="sm"
          mb="md"
        />
        <ErrorNote error={error} />
        <Group justify="flex-end" gap="xs" mt="md">
          <Button variant="default" onClick={onClose}>
            Cancel
          </Button>
          <Button type="submit" loading={isBusy} disabled={!canSave}>
            Register
          </Button>
        </Group>
      </form>
    </Modal>
  );
}

function faultOf(result: { error?: { issues: { message: string }[] } | undefined }): string | null {
  return result.error?.issues[0]?.message ?? null;
}
