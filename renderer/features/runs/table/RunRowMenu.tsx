import { Menu } from '@mantine/core';
import {
  IconExternalLink,
  IconPin,
  IconPinnedOff,
  IconPlayerStop,
  IconRestore,
  IconStar,
  IconStarOff,
  IconTrash,
} from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import type { RunRow } from '../../../../local-api/contract/index.ts';
import { paths } from '../../../app/paths.ts';
import { markOf } from '../run-marks.ts';
import { ColorChoice } from './ColorChoice.tsx';
import classes from './RunsTable.module.css';
import type { RunActions } from './use-run-actions.ts';

type Props = {
  run: RunRow;
  /** Pixels of the window. */
  at: { x: number; y: number };
  actions: RunActions;
  onClose: () => void;
};

const ICON = 15;

/** The menu of one run, where it was asked for. */
export function RunRowMenu({ run, at, actions, onClose }: Props) {
  const router = useRouter();
  const isPinned = markOf(run, 'pinned') !== null;
  const isStarred = markOf(run, 'starred') !== null;
  const isActive = run.status === 'running' || run.status === 'scheduled';
  const ids = [run.id];
  return (
    <Menu opened onClose={onClose} position="bottom-start" width={252} returnFocus>
      <Menu.Target>
        <button
          type="button"
          tabIndex={-1}
          aria-hidden="true"
          className={classes.menuPlace}
          style={{ left: at.x, top: at.y }}
        />
      </Menu.Target>
      <Menu.Dropdown aria-label={`Actions for ${run.name ?? run.id}`}>
        <Menu.Item
          leftSection={<IconExternalLink size={ICON} />}
          rightSection={<kbd>Enter</kbd>}
          onClick={() => router.history.push(paths.run(run.id))}
        >
          Open
        </Menu.Item>
        <Menu.Item
          leftSection={isPinned ? <IconPinnedOff size={ICON} /> : <IconPin size={ICON} />}
          rightSection={<kbd>p</kbd>}
          onClick={() => void actions.mark(ids, 'pinned', isPinned ? null : 'true')}
        >
          {isPinned ? 'Unpin' : 'Pin to the top'}
        </Menu.Item>
        <Menu.Item
          leftSection={isStarred ? <IconStarOff size={ICON} /> : <IconStar size={ICON} />}
          rightSection={<kbd>s</kbd>}
          onClick={() => void actions.mark(ids, 'starred', isStarred ? null : 'true')}
        >
          {isStarred ? 'Take the star off' : 'Star'}
        </Menu.Item>
        <Menu.Label>Colour in charts</Menu.Label>
        <ColorChoice
          isMenu
          current={markOf(run, 'color')}
          onChoose={(color) => void actions.mark(ids, 'color', color)}
        />
        <Menu.Divider />
        {isActive ? (
          <Menu.Item leftSection={<IconPlayerStop size={ICON} />} onClick={() => void actions.stop(ids)}>
            Stop
          </Menu.Item>
        ) : null}
        {run.lifecycle === 'deleted' ? (
          <Menu.Item leftSection={<IconRestore size={ICON} />} onClick={() => void actions.restore(ids)}>
            Restore
          </Menu.Item>
        ) : (
          <Menu.Item leftSection={<IconTrash size={ICON} />} onClick={() => void actions.remove([run])}>
            Delete
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  );
}
