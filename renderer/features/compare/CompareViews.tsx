import { Button, Menu, TextInput } from '@mantine/core';
import {
  IconBookmark,
  IconChevronDown,
  IconDeviceFloppy,
  IconLink,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useEffect, useRef, useState } from 'react';
import type { SavedView } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { FormDialog } from '../../components/FormDialog.tsx';
import { toast, toastFault, toastWithUndo } from '../../components/toasts.tsx';
import { useCompareViews } from './compare-queries.ts';
import { type CompareAddress, type CompareSearch, differsFrom, showView, stateOf } from './compare-state.ts';

type Props = { search: CompareSearch; onChange: CompareAddress['change'] };

const ICON = 15;

/** Saved comparisons: goes to one, keeps what is shown in one, shares a link. */
export function CompareViews({ search, onChange }: Props) {
  const { views = [], refresh } = useCompareViews();
  const [isNaming, setNaming] = useState(false);
  const view = views.find((each) => each.id === search.view);
  useOpening(view, search, onChange);
  const attempt = async (task: () => Promise<void>) => {
    try {
      await task();
      await refresh();
    } catch (error) {
      toastFault(error);
    }
  };
  const create = async (name: string) => {
    const made = await client.views.create({ body: { name, page: 'compare', state: stateOf(search) } });
    await refresh();
    onChange({ view: made.id });
    setNaming(false);
  };
  const remove = (old: SavedView) =>
    attempt(async () => {
      await client.views.delete({ params: { viewId: old.id } });
      onChange({ view: undefined });
      toastWithUndo(`Deleted the view “${old.name}”`, async () => {
        await client.views.restore({ params: { viewId: old.id } });
        await refresh();
      });
    });
  const copyLink = async () => {
    await navigator.clipboard.writeText(window.location.href);
    toast({ title: 'Copied the link to what is shown', tone: 'good' });
  };
  const isChanged = view !== undefined && differsFrom(view, search);
  return (
    <>
      <Menu position="bottom-end" width={250}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBookmark size={14} />}
            rightSection={<IconChevronDown size={13} />}
          >
            {view ? `${view.name}${isChanged ? ' (changed)' : ''}` : 'Views'}
          </Button>
        </Menu.Target>
        <Menu.Dropdown aria-label="Saved views">
          {views.length > 0 ? <Menu.Label>Saved views</Menu.Label> : null}
          {views.map((each) => (
            <Menu.Item key={each.id} onClick={() => onChange(showView(each), { isStep: true })}>
              {each.name}
            </Menu.Item>
          ))}
          {views.length > 0 ? <Menu.Divider /> : null}
          {isChanged ? (
            <Menu.Item
              leftSection={<IconDeviceFloppy size={ICON} />}
              onClick={() =>
                void attempt(async () => {
                  await client.views.update({
                    params: { viewId: view.id },
                    body: { state: stateOf(search) },
                  });
                })
              }
            >
              Save the changes
            </Menu.Item>
          ) : null}
          <Menu.Item leftSection={<IconPlus size={ICON} />} onClick={() => setNaming(true)}>
            Save view …
          </Menu.Item>
          <Menu.Item leftSection={<IconLink size={ICON} />} onClick={() => void copyLink()}>
            Copy a link
          </Menu.Item>
          {view ? (
            <Menu.Item leftSection={<IconTrash size={ICON} />} onClick={() => void remove(view)}>
              Delete the view
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {isNaming ? <NameDialog onClose={() => setNaming(false)} onName={create} /> : null}
    </>
  );
}

/** A link that names nothing but the view shows what the view keeps. */
function useOpening(
  view: SavedView | undefined,
  search: CompareSearch,
  onChange: CompareAddress['change'],
): void {
  const isBare = Object.keys(stateOf(search)).length === 0;
  const isDone = useRef(false);
  useEffect(() => {
    if (!isBare) isDone.current = true;
    else if (view && !isDone.current) {
      isDone.current = true;
      onChange(showView(view));
    }
  }, [view, isBare, onChange]);
}

function NameDialog({ onClose, onName }: { onClose: () => void; onName: (name: string) => Promise<void> }) {
  const [name, setName] = useState('');
  return (
    <FormDialog
      title="Save view"
      submitLabel="Save"
      canSubmit={name.trim() !== ''}
      onSubmit={() => onName(name.trim())}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="Runs or filter, groups, the tab and the settings of all charts are kept."
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
