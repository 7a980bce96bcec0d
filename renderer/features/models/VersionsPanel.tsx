import { Button } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { MOST_COMPARED_VERSIONS, type ModelVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { Panel } from '../../components/Panel.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { VersionsTable } from './VersionsTable.tsx';

type Props = {
  versions: readonly ModelVersion[];
  current: string | undefined;
  onChoose: (version: string) => void;
  onCompare: (versions: readonly string[], jobId: string) => void;
};

/** The versions of a model; those that are ticked can be compared, the oldest of them is what the others are held against. */
export function VersionsPanel({ versions, current, onChoose, onCompare }: Props) {
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const ticked = versions.filter(({ version }) => selected.has(version));
  const canCompare =
    ticked.length >= 2 &&
    ticked.length <= MOST_COMPARED_VERSIONS &&
    ticked.every(({ digest }) => digest !== null);
  const compare = useMutation({
    mutationFn: async () => {
      const [first, ...others] = [...ticked].sort((a, b) => a.number - b.number);
      if (first === undefined) return;
      const names = [first, ...others].map(({ version }) => version);
      const job = await client.versionComparison.start({
        params: { model: first.model },
        body: { versions: names },
      });
      onCompare(names, job.id);
    },
    onError: toastFault,
  });
  return (
    <Panel
      title="Versions"
      padding="none"
      aside={
        versions.length < 2 ? undefined : (
          <Button
            variant="default"
            disabled={!canCompare}
            loading={compare.isPending}
            title={`Tick 2 to ${MOST_COMPARED_VERSIONS} versions that Assay can run`}
            onClick={() => compare.mutate()}
          >
            {ticked.length > 1 ? `Compare ${ticked.length} versions` : 'Compare versions'}
          </Button>
        )
      }
    >
      <VersionsTable
        versions={versions}
        current={current}
        onChoose={onChoose}
        selection={{ selected, onChange: setSelected }}
      />
    </Panel>
  );
}
