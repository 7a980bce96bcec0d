import { ActionIcon, Button, Group, Select, TextInput } from '@mantine/core';
import { IconPlus, IconX } from '@tabler/icons-react';
import type { Dataset, TransformCheck } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { Panel } from '../../components/Panel.tsx';
import { aliasOf, type DraftInput } from './draft.ts';
import { Faults } from './StepsPanel.tsx';
import classes from './transforms.module.css';

type Props = {
  inputs: readonly DraftInput[];
  datasets: readonly Dataset[];
  check: TransformCheck | undefined;
  onChange: (inputs: DraftInput[]) => void;
};

/** The datasets that are read, each with its name in SQL and the version that is meant. */
export function InputsPanel({ inputs, datasets, check, onChange }: Props) {
  const aliases = inputs.map(({ alias }) => alias);
  const set = (index: number, part: Partial<DraftInput>) =>
    onChange(inputs.map((one, at) => (at === index ? { ...one, ...part } : one)));
  const problems = (check?.problems ?? []).filter(({ path }) => path.startsWith('/inputs'));
  return (
    <Panel title="Reads">
      <div className={classes.column} style={{ gap: 6 }}>
        {inputs.map((input, index) => {
          const newest = datasets.find(({ name }) => name === input.dataset)?.latest?.version ?? 0;
          return (
            // biome-ignore lint/suspicious/noArrayIndexKey: they have no identity but their place
            <Group key={index} gap={6} wrap="nowrap">
              <Select
                aria-label={`Dataset ${index + 1}`}
                data={datasets.map(({ name }) => name)}
                value={input.dataset}
                searchable
                allowDeselect={false}
                flex={2}
                onChange={(dataset) =>
                  dataset !== null &&
                  set(index, {
                    dataset,
                    version: 'latest',
                    alias: aliasOf(
                      dataset,
                      aliases.filter((_, at) => at !== index),
                    ),
                  })
                }
              />
              <Select
                aria-label={`Version of ${input.dataset}`}
                data={[
                  { value: 'latest', label: 'newest' },
                  ...Array.from({ length: newest }, (_, at) => String(newest - at)).map((value) => ({
                    value,
                    label: `v${value}`,
                  })),
                ]}
                value={String(input.version)}
                allowDeselect={false}
                w={96}
                onChange={(value) => set(index, { version: value === 'latest' ? 'latest' : Number(value) })}
              />
              <TextInput
                aria-label={`Name of ${input.dataset} in SQL`}
                leftSection={<span className="a-dim">as</span>}
                value={input.alias}
                flex={1}
                onChange={(event) => set(index, { alias: event.currentTarget.value })}
              />
              <ActionIcon
                variant="subtle"
                color="gray"
                aria-label={`Do not read ${input.dataset}`}
                onClick={() => onChange(inputs.filter((_, at) => at !== index))}
              >
                <IconX size={15} />
              </ActionIcon>
            </Group>
          );
        })}
        {inputs.length === 0 ? (
          <Select
            aria-label="Dataset"
            placeholder="Choose a dataset"
            data={datasets.map(({ name }) => name)}
            value={null}
            searchable
            onChange={(dataset) =>
              dataset !== null && onChange([{ alias: aliasOf(dataset, []), dataset, version: 'latest' }])
            }
          />
        ) : (
          <div>
            <Button
              size="xs"
              variant="default"
              leftSection={<IconPlus size={14} />}
              onClick={() => {
                const dataset =
                  datasets.find(({ name }) => !inputs.some((one) => one.dataset === name)) ?? datasets[0];
                if (dataset)
                  onChange([
                    ...inputs,
                    { alias: aliasOf(dataset.name, aliases), dataset: dataset.name, version: 'latest' },
                  ]);
              }}
            >
              Another dataset
            </Button>
          </div>
        )}
        {datasets.length === 0 ? (
          <p className="a-dim">
            There are no datasets yet. <AppLink href={paths.importDataset()}>Import one</AppLink> first.
          </p>
        ) : null}
      </div>
      <Faults problems={problems} />
    </Panel>
  );
}
