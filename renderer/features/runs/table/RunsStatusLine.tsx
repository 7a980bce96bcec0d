import { ActionIcon, Button, Menu } from '@mantine/core';
import { IconArrowUp, IconDotsVertical } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import { formatCount, formatPlural } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { toastFault } from '../../../components/toasts.tsx';
import { MAX_COMPARED } from '../../compare/differences.ts';
import { deleteRuns, downloadCsv, readAllRuns, restoreRuns } from '../run-actions.ts';
import classes from './RunsTable.module.css';
import type { ColumnId } from './run-columns.ts';
import type { RunsList } from './runs-queries.ts';
import { scopeFilter } from './scope-filter.ts';
import { TagRunsDialog } from './TagRunsDialog.tsx';

type Props = {
  list: RunsList;
  selected: ReadonlySet<string>;
  onSelected: (selected: ReadonlySet<string>) => void;
  columns: readonly ColumnId[];
  question: { filter: string; scope: string | undefined; sort: string | undefined };
  tagKeys: readonly string[];
  title: string;
  onFilter: (filter: string) => void;
};

const NONE: ReadonlySet<string> = new Set();

/** The line over the table: how many runs match and what is new; with a selection, what can be done with it. */
export function RunsStatusLine(props: Props) {
  return props.selected.size > 0 ? <SelectionActions {...props} /> : <Matches {...props} />;
}

function Matches({ list, columns, question, title, onFilter }: Props) {
  const [isExporting, setExporting] = useState(false);
  const exportAll = async () => {
    setExporting(true);
    try {
      const { filter } = scopeFilter(question.filter, question.scope);
      downloadCsv(await readAllRuns(filter, question.sort, columns), columns, `${title}-runs`);
    } catch (error) {
      toastFault(error);
    } finally {
      setExporting(false);
    }
  };
  return (
    <div className={classes.status}>
      <span role="status">
        {list.total === undefined ? 'Counting …' : formatPlural(list.total, 'run')}
        {question.filter !== '' && list.total !== undefined ? ' match' : ''}
      </span>
      {list.newRuns > 0 ? (
        <Button
          size="compact-xs"
          radius="xl"
          leftSection={<IconArrowUp size={13} />}
          onClick={list.showNewRuns}
        >
          {formatPlural(list.newRuns, 'new run')}
        </Button>
      ) : null}
      <span className={classes.spacer} />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label="More for these runs" loading={isExporting}>
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void exportAll()} disabled={!list.total}>
            Export {formatCount(list.total)} as CSV
          </Menu.Item>
          <Menu.Item onClick={() => onFilter("lifecycle = 'deleted'")}>Show deleted runs</Menu.Item>
        </Menu.Dropdown>
      </Menu>
    </div>
  );
}

function SelectionActions({ list, selected, onSelected, columns, tagKeys, title }: Props) {
  const router = useRouter();
  const [isTagging, setTagging] = useState(false);
  const [isBusy, setBusy] = useState(false);
  const runs = list.items.filter((run) => selected.has(run.id));
  const deleted = runs.filter((run) => run.lifecycle === 'deleted');
  const act = async (task: () => Promise<void>) => {
    setBusy(true);
    try {
      await task();
      onSelected(NONE);
    } catch (error) {
      toastFault(error);
    } finally {
      setBusy(false);
    }
  };
  const remove = () =>
    act(async () => {
      await deleteRuns(runs, list.refetch);
      list.removeRows(selected);
    });
  const restore = () =>
    act(async () => {
      await restoreRuns(deleted.map((run) => run.id));
      list.refetch();
    });
  const canCompare = selected.size >= 2 && selected.size <= MAX_COMPARED;
  return (
    <div
      className={classes.status}
      data-selecting=""
      role="toolbar"
      aria-label="Actions for the selected runs"
    >
      <span role="status">{formatPlural(selected.size, 'run')} selected</span>
      <Button
        disabled={!canCompare}
        title={canCompare ? undefined : `Select 2 to ${MAX_COMPARED} runs`}
        onClick={() => router.history.push(paths.compare([...selected]))}
      >
        Compare
      </Button>
      <Button variant="default" onClick={() => setTagging(true)}>
        Tag …
      </Button>
      <Button variant="default" onClick={() => downloadCsv(runs, columns, `${title}-runs`)}>
        Export CSV
      </Button>
      {deleted.length > 0 ? (
        <Button variant="default" loading={isBusy} onClick={() => void restore()}>
          Restore
        </Button>
      ) : (
        <Button variant="default" loading={isBusy} onClick={() => void remove()}>
          Delete
        </Button>
      )}
      <span className={classes.spacer} />
      <Button variant="subtle" onClick={() => onSelected(NONE)}>
        Clear
      </Button>
      {isTagging ? (
        <TagRunsDialog runIds={[...selected]} knownKeys={tagKeys} onClose={() => setTagging(false)} />
      ) : null}
    </div>
  );
}
