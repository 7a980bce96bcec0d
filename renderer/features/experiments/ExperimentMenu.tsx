import { ActionIcon, Menu } from '@mantine/core';
import { IconDotsVertical, IconPencil, IconRestore, IconTrash } from '@tabler/icons-react';
import { useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import type { Experiment } from '../../../local-api/contract/index.ts';
import { toastFault } from '../../components/toasts.tsx';
import { ExperimentDialog } from './ExperimentDialog.tsx';
import { deleteExperiment, restoreExperiment } from './experiment-actions.ts';

type Props = { experiment: Experiment; onDeleted?: () => void };

/** What can be done with an experiment, besides opening it. */
export function ExperimentMenu({ experiment, onDeleted }: Props) {
  const cache = useQueryClient();
  const [isEditing, setEditing] = useState(false);
  const refresh = () => void cache.invalidateQueries({ queryKey: ['experiments'] });
  const remove = async () => {
    await deleteExperiment(experiment);
    refresh();
    onDeleted?.();
  };
  const isDeleted = experiment.lifecycle === 'deleted';
  return (
    <>
      <Menu position="bottom-end" width={180}>
        <Menu.Target>
          <ActionIcon aria-label={`Actions for the experiment ${experiment.name}`}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item
            leftSection={<IconPencil size={15} />}
            onClick={() => setEditing(true)}
            disabled={isDeleted}
          >
            Rename or describe …
          </Menu.Item>
          {isDeleted ? (
            <Menu.Item
              leftSection={<IconRestore size={15} />}
              onClick={() => restoreExperiment(experiment.id).then(refresh, toastFault)}
            >
              Restore
            </Menu.Item>
          ) : (
            <Menu.Item leftSection={<IconTrash size={15} />} onClick={() => remove().catch(toastFault)}>
              Delete
            </Menu.Item>
          )}
        </Menu.Dropdown>
      </Menu>
      {isEditing ? (
        <ExperimentDialog
          experiment={experiment}
          onClose={() => setEditing(false)}
          onSaved={() => {
            setEditing(false);
            refresh();
          }}
        />
      ) : null}
    </>
  );
}
