import { ActionIcon, Button, Menu, Popover, Switch } from '@mantine/core';
import { IconArrowUp, IconDotsVertical, IconPalette, IconStar } from '@tabler/icons-react';
import { useRouter } from '@tanstack/react-router';
import { useState } from 'react';
import type { RunExportFormat } from '../../../../local-api/contract/index.ts';
import { formatCount, formatPlural } from '../../../app/format.ts';
import { paths } from '../../../app/paths.ts';
import { saveFrom } from '../../../app/save-from.ts';
import { useShortcuts } from '../../../app/shortcuts.ts';
import { toastFault } from '../../../components/toasts.tsx';
import { MAX_COMPARED } from '../../compare/differences.ts';
import { ExportRunsDialog } from '../../imports/ExportRunsDialog.tsx';
import { isMarkTag, markOf } from '../run-marks.ts';
import { ColorChoice } from './ColorChoice.tsx';
import { exportAddress, exportSelected, MAX_EXPORTED_BY_ID } from './export-runs.ts';
import classes from './RunsTable.module.css';
import type { ColumnId } from './run-columns.ts';
import { readAllIds } from './runs-queries.ts';
import { TagRunsDialog } from './TagRunsDialog.tsx';
import type { RunsSearch, SearchChange } from './table-state.ts';
import type { RunActions } from './use-run-actions.ts';
import type { RunsData } from './use-runs-data.ts';

type Props = {
  data: RunsData;
  /** Ids of the selected runs, those of selected groups among them. */
  selected: readonly string[];
  onSelected: (ids: ReadonlySet<string>) => void;
  columns: readonly ColumnId[];
  search: RunsSearch;
  onSearch: (change: SearchChange) => void;
  tagKeys: readonly string[];
  /** For the name of exported files. */
  title: string;
  actions: RunActions;
};

const NONE: ReadonlySet<string> = new Set();

/** The line over the table: how many runs match and what is new; with a selection, what can be done with it. */
export function RunsStatusLine(props: Props) {
  return props.selected.length > 0 ? <SelectionActions {...props} /> : <Matches {...props} />;
}

function Matches({ data, columns, search, onSearch, title }: Props) {
  const router = useRouter();
  const { total, groupCount } = data;
  const [isExporting, setExporting] = useState(false);
  const isNarrowed = (search.filter ?? '') !== '' || search.only !== undefined;
  const exportAll = (format: RunExportFormat) =>
    saveFrom(
      exportAddress({ format, filter: data.matching, sort: search.sort, columns }),
      `${title}-runs.${format}`,
    );
  return (
    <div className={classes.status}>
      <span role="status">
        {groupCount === undefined ? '' : `${formatPlural(groupCount, 'group')} of `}
        {total === undefined ? 'Counting …' : formatPlural(total, 'run')}
        {isNarrowed && total !== undefined ? ' match' : ''}
      </span>
      {data.newRuns > 0 || data.hasStaleGroups ? (
        <Button size="compact-xs" radius="xl" leftSection={<IconArrowUp size={13} />} onClick={data.showNew}>
          {data.hasStaleGroups ? 'Runs changed: update' : formatPlural(data.newRuns, 'new run')}
        </Button>
      ) : null}
      <span className={classes.spacer} />
      {data.isGrouped ? (
        <Button
          variant="default"
          onClick={() =>
            router.history.push(
              paths.compareGroups({
                ...(data.matching ? { filter: data.matching } : {}),
                group: data.groupBy[0] ?? '',
              }),
            )
          }
        >
          Compare groups
        </Button>
      ) : null}
      <Switch
        size="xs"
        label={
          <>
            <IconStar size={13} aria-hidden="true" className={classes.inlineIcon} /> Starred
          </>
        }
        checked={search.only === 'starred'}
        onChange={(event) => onSearch({ only: event.currentTarget.checked ? 'starred' : undefined })}
      />
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label="More for these runs">
            <IconDotsVertical size={16} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => exportAll('csv')} disabled={!total}>
            Export {formatCount(total)} as CSV
          </Menu.Item>
          <Menu.Item onClick={() => exportAll('xlsx')} disabled={!total}>
            Export {formatCount(total)} for Excel
          </Menu.Item>
          <Menu.Item onClick={() => exportAll('parquet')} disabled={!total}>
            Export {formatCount(total)} as Parquet
          </Menu.Item>
          {search.trash === undefined ? (
            <Menu.Item onClick={() => setExporting(true)} disabled={!total}>
              Export {formatCount(total)} for MLflow …
            </Menu.Item>
          ) : null}
          <Menu.Divider />
          <Menu.Item onClick={() => onSearch({ trash: 'yes', filter: undefined })}>
            Trash: deleted runs
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {isExporting ? (
        <ExportRunsDialog
          runs={{ filter: data.matching }}
          count={total}
          onClose={() => setExporting(false)}
        />
      ) : null}
    </div>
  );
}

function SelectionActions(props: Props) {
  const { data, selected, onSelected, search, actions } = props;
  const router = useRouter();
  const [isTagging, setTagging] = useState(false);
  const rows = selected.flatMap((id) => data.runs.get(id) ?? []);
  const running = rows.filter((run) => run.status === 'running' || run.status === 'scheduled');
  const isTrash = search.trash !== undefined;
  const canCompare = selected.length >= 2 && selected.length <= MAX_COMPARED;
  const compare = () => {
    if (canCompare) router.history.push(paths.compare(selected));
  };
  useShortcuts([{ keys: 'c', label: 'Compare the selected runs', group: 'Table', run: compare }]);
  const clear = () => onSelected(NONE);
  const toggle = (mark: 'pinned' | 'starred') => {
    const isOn = rows.length > 0 && rows.every((run) => markOf(run, mark) !== null);
    void actions.mark(selected, mark, isOn ? null : 'true');
  };
  return (
    <div
      className={classes.status}
      data-selecting=""
      role="toolbar"
      aria-label="Actions for the selected runs"
    >
      <span role="status">{formatPlural(selected.length, 'run')} selected</span>
      <SelectAll {...props} />
      <Button
        disabled={!canCompare}
        title={canCompare ? undefined : `Select 2 to ${MAX_COMPARED} runs`}
        onClick={compare}
      >
        Compare
      </Button>
      {isTrash ? null : (
        <>
          <Button variant="default" onClick={() => setTagging(true)}>
            Tag …
          </Button>
          <Button variant="default" onClick={() => toggle('pinned')}>
            Pin
          </Button>
          <Button variant="default" onClick={() => toggle('starred')}>
            Star
          </Button>
          <ColorButton onChoose={(color) => void actions.mark(selected, 'color', color)} />
        </>
      )}
      <ExportMenu {...props} />
      {running.length > 0 ? (
        <Button
          variant="default"
          loading={actions.isBusy}
          onClick={() => void actions.stop(running.map((run) => run.id))}
        >
          Stop {running.length === selected.length ? '' : running.length}
        </Button>
      ) : null}
      {isTrash ? (
        <Button
          variant="default"
          loading={actions.isBusy}
          onClick={() => void actions.restore(selected).then(clear)}
        >
          Restore
        </Button>
      ) : (
        <Button
          variant="default"
          loading={actions.isBusy}
          onClick={() =>
            void actions.remove(selected.map((id) => ({ id, name: data.runs.get(id)?.name }))).then(clear)
          }
        >
          Delete
        </Button>
      )}
      <span className={classes.spacer} />
      <Button variant="subtle" onClick={clear}>
        Clear
      </Button>
      {isTagging ? (
        <TagRunsDialog
          runIds={selected}
          knownKeys={props.tagKeys.filter((key) => !isMarkTag(key))}
          onClose={() => setTagging(false)}
        />
      ) : null}
    </div>
  );
}

/** When everything read is selected and more runs match, offers those as well. */
function SelectAll({ data, selected, onSelected }: Props) {
  const [isBusy, setBusy] = useState(false);
  const { total } = data;
  const read = data.runs.size - data.pinned;
  if (data.isGrouped || total === undefined || selected.length < read || selected.length >= total)
    return null;
  const selectAll = async () => {
    setBusy(true);
    try {
      onSelected(new Set(await readAllIds(data.matching)));
    } catch (error) {
      toastFault(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button variant="subtle" loading={isBusy} onClick={() => void selectAll()}>
      Select all {formatCount(total)} that match
    </Button>
  );
}

function ColorButton({ onChoose }: { onChoose: (color: string | null) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover opened={isOpen} onChange={setOpen} shadow="md" trapFocus returnFocus>
      <Popover.Target>
        <Button
          variant="default"
          leftSection={<IconPalette size={14} />}
          aria-haspopup="dialog"
          onClick={() => setOpen((open) => !open)}
        >
          Colour
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label="Colour of the selected runs">
        <ColorChoice
          current={null}
          onChoose={(color) => {
            setOpen(false);
            onChoose(color);
          }}
        />
      </Popover.Dropdown>
    </Popover>
  );
}

function ExportMenu({ selected, search, columns, title }: Props) {
  const [isBusy, setBusy] = useState(false);
  const [isExporting, setExporting] = useState(false);
  const canExport = selected.length <= MAX_EXPORTED_BY_ID;
  const save = async (format: RunExportFormat) => {
    setBusy(true);
    try {
      await exportSelected(selected, { format, sort: search.sort, columns, name: `${title}-runs` });
    } catch (error) {
      toastFault(error);
    } finally {
      setBusy(false);
    }
  };
  return (
    <>
      <Menu position="bottom-start">
        <Menu.Target>
          <Button
            variant="default"
            loading={isBusy}
            disabled={!canExport}
            title={
              canExport ? undefined : 'More than 5,000 runs are exported by the filter: clear the selection'
            }
          >
            Export
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={() => void save('csv')}>As CSV</Menu.Item>
          <Menu.Item onClick={() => void save('xlsx')}>For Excel</Menu.Item>
          <Menu.Item onClick={() => void save('parquet')}>As Parquet</Menu.Item>
          {search.trash === undefined ? (
            <Menu.Item onClick={() => setExporting(true)}>For MLflow …</Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      {isExporting ? (
        <ExportRunsDialog
          runs={{ runIds: selected }}
          count={selected.length}
          onClose={() => setExporting(false)}
        />
      ) : null}
    </>
  );
}
