import { Button, Menu, TextInput } from '@mantine/core';
import {
  IconArrowBackUp,
  IconBookmark,
  IconChevronDown,
  IconCopy,
  IconDeviceFloppy,
  IconHome,
  IconLink,
  IconPencil,
  IconPlus,
  IconTrash,
} from '@tabler/icons-react';
import { useState } from 'react';
import type { SavedView } from '../../../../local-api/contract/index.ts';
import { FormDialog } from '../../../components/FormDialog.tsx';
import { toast } from '../../../components/toasts.tsx';
import classes from './RunsTable.module.css';
import {
  differsFrom,
  emptySearch,
  isDefaultView,
  type RunsSearch,
  type SearchChange,
  showView,
  stateOf,
  type TableState,
} from './table-state.ts';
import { useViewActions } from './views-queries.ts';

type Props = {
  experimentId: string | undefined;
  views: readonly SavedView[];
  search: RunsSearch;
  /** The columns shown now, which a view keeps even where the address does not name them. */
  columns: string;
  onSearch: (change: SearchChange) => void;
};

const ICON = 15;

/** The saved views of the runs table: goes to one, keeps the present settings in one, shares a link to it. */
export function ViewPicker({ experimentId, views, search, columns, onSearch }: Props) {
  const [naming, setNaming] = useState<'new' | 'copy' | 'rename' | null>(null);
  const actions = useViewActions(experimentId, views);
  const view = views.find((each) => each.id === search.view);
  const isChanged = view !== undefined && differsFrom(view, search);
  const state: TableState = { ...stateOf(search), columns };
  const save = async () => {
    if (!view) return;
    const saved = await actions.save(view, state);
    if (saved) onSearch(showView(saved));
  };
  const finishNaming = async (name: string) => {
    if (naming === 'rename' && view) await actions.rename(view, name);
    else {
      const made = await actions.create(name, state);
      if (made) onSearch(showView(made));
    }
    setNaming(null);
  };
  const copyLink = async () => {
    await navigator.clipboard.writeText(window.location.href);
    toast({ title: 'Copied the link to what is shown', tone: 'good' });
  };
  return (
    <>
      <Menu position="bottom-start" width={250}>
        <Menu.Target>
          <Button
            variant="default"
            leftSection={<IconBookmark size={14} />}
            rightSection={<IconChevronDown size={13} />}
            maw={260}
          >
            {view?.name ?? 'Views'}
            {isChanged ? (
              <span className={classes.changed} title="Changed since it was saved">
                changed
              </span>
            ) : null}
          </Button>
        </Menu.Target>
        <Menu.Dropdown aria-label="Saved views">
          {views.length > 0 ? <Menu.Label>Saved views</Menu.Label> : null}
          <div className={classes.views}>
            {views.map((each) => (
              <Menu.Item
                key={each.id}
                aria-current={each.id === view?.id ? 'true' : undefined}
                className={classes.view}
                rightSection={isDefaultView(each) ? <span className="a-dim">opens first</span> : null}
                onClick={() => onSearch(showView(each))}
              >
                {each.name}
              </Menu.Item>
            ))}
          </div>
          {view ? <Menu.Item onClick={() => onSearch(emptySearch())}>Without a view</Menu.Item> : null}
          <Menu.Divider />
          {isChanged ? (
            <>
              <Menu.Item leftSection={<IconDeviceFloppy size={ICON} />} onClick={() => void save()}>
                Save the changes
              </Menu.Item>
              <Menu.Item
                leftSection={<IconArrowBackUp size={ICON} />}
                onClick={() => onSearch(showView(view))}
              >
                Back to how it was saved
              </Menu.Item>
            </>
          ) : null}
          <Menu.Item leftSection={<IconPlus size={ICON} />} onClick={() => setNaming('new')}>
            Save as a new view …
          </Menu.Item>
          {view ? (
            <>
              <Menu.Item leftSection={<IconPencil size={ICON} />} onClick={() => setNaming('rename')}>
                Rename …
              </Menu.Item>
              <Menu.Item leftSection={<IconCopy size={ICON} />} onClick={() => setNaming('copy')}>
                Duplicate …
              </Menu.Item>
              <Menu.Item
                leftSection={<IconHome size={ICON} />}
                onClick={() => void actions.setDefault(isDefaultView(view) ? null : view)}
              >
                {isDefaultView(view) ? 'Do not open with this view' : 'Open with this view'}
              </Menu.Item>
            </>
          ) : null}
          <Menu.Item leftSection={<IconLink size={ICON} />} onClick={() => void copyLink()}>
            Copy a link
          </Menu.Item>
          {view ? (
            <Menu.Item
              leftSection={<IconTrash size={ICON} />}
              onClick={() => void actions.remove(view).then(() => onSearch({ view: undefined }))}
            >
              Delete the view
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {naming === null ? null : (
        <NameDialog
          title={naming === 'rename' ? 'Rename the view' : 'Save as a new view'}
          initial={
            naming === 'new' ? '' : naming === 'copy' ? `${view?.name ?? ''} copy` : (view?.name ?? '')
          }
          onName={finishNaming}
          onClose={() => setNaming(null)}
        />
      )}
    </>
  );
}

type NameProps = {
  title: string;
  initial: string;
  onName: (name: string) => Promise<void>;
  onClose: () => void;
};

function NameDialog({ title, initial, onName, onClose }: NameProps) {
  const [name, setName] = useState(initial);
  return (
    <FormDialog
      title={title}
      submitLabel="Save"
      canSubmit={name.trim() !== ''}
      onSubmit={() => onName(name.trim())}
      onClose={onClose}
    >
      <TextInput
        label="Name"
        description="Filter, order, columns, curves and groups are kept."
        value={name}
        maxLength={200}
        onChange={(event) => setName(event.currentTarget.value)}
        data-autofocus
      />
    </FormDialog>
  );
}
