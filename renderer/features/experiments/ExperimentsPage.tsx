import { Button, SegmentedControl } from '@mantine/core';
import { IconFlask, IconPlus } from '@tabler/icons-react';
import { useNavigate, useRouter, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Experiment } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import type { DataColumn } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { nameFilter } from '../../components/name-filter.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { ExperimentDialog } from './ExperimentDialog.tsx';
import { ExperimentMenu } from './ExperimentMenu.tsx';

const columns: DataColumn<Experiment>[] = [
  {
    id: 'name',
    header: 'Name',
    sortKey: 'name',
    width: 260,
    cell: (experiment) => <AppLink href={paths.experiment(experiment.id)}>{experiment.name}</AppLink>,
  },
  {
    id: 'description',
    header: 'Description',
    width: 240,
    grow: true,
    cell: (experiment) => <span className="a-dim">{firstLine(experiment.description)}</span>,
  },
  {
    id: 'runs',
    header: 'Runs',
    width: 90,
    align: 'right',
    cell: (experiment) => formatCount(experiment.runs),
  },
  {
    id: 'updatedAtMs',
    header: 'Last used',
    sortKey: 'updatedAtMs',
    width: 130,
    cell: (experiment) => <RelativeTime timeMs={experiment.updatedAtMs || null} />,
  },
  {
    id: 'createdAtMs',
    header: 'Created',
    sortKey: 'createdAtMs',
    width: 130,
    cell: (experiment) => <RelativeTime timeMs={experiment.createdAtMs || null} />,
  },
  {
    id: 'actions',
    header: 'Actions',
    headerNode: <span className="a-hidden">Actions</span>,
    width: 56,
    cell: (experiment) => <ExperimentMenu experiment={experiment} />,
  },
];

const rowId = (experiment: Experiment) => experiment.id;

/** All experiments, last used first. */
export function ExperimentsPage() {
  const router = useRouter();
  const navigate = useNavigate();
  const search = useSearch({ from: '/experiments' });
  const [shown, setShown] = useState<Shown>('active');
  const [isCreating, setCreating] = useState(false);
  const typed = search.filter ?? '';
  const filter = useMemo(() => listFilter(typed, shown), [typed, shown]);
  const list = useCursorList<Experiment>(
    keys.list('experiments', {
      ...(filter ? { filter } : {}),
      ...(search.sort ? { sort: search.sort } : {}),
    }),
    (cursor, signal) =>
      client.experiments.list({ query: { filter, sort: search.sort, limit: 100, cursor }, signal }),
  );

  return (
    <ListPage
      title="Experiments"
      description="Each gathers the runs that answer one question."
      actions={
        <>
          <ButtonLink href={paths.runs()} variant="default">
            All runs
          </ButtonLink>
          <ButtonLink href={paths.importRuns} variant="default">
            Import runs
          </ButtonLink>
          <Button leftSection={<IconPlus size={15} />} onClick={() => setCreating(true)}>
            New experiment
          </Button>
        </>
      }
      filter={{
        label: 'Filter experiments',
        placeholder: "Type a name, or a condition: tags.team = 'growth'",
      }}
      aside={
        <SegmentedControl
          value={shown}
          onChange={(value) => setShown(value === 'deleted' ? 'deleted' : 'active')}
          data={[
            { value: 'active', label: 'Active' },
            { value: 'deleted', label: 'Deleted' },
          ]}
          aria-label="Which experiments"
        />
      }
      search={search}
      onSearch={(change) =>
        void navigate({ to: '/experiments', search: { ...search, ...change }, replace: true })
      }
      list={list}
      columns={columns}
      rowId={rowId}
      hrefOf={(experiment) => paths.experiment(experiment.id)}
      empty={<NoExperiments typed={typed} shown={shown} onCreate={() => setCreating(true)} />}
    >
      {isCreating ? (
        <ExperimentDialog
          onClose={() => setCreating(false)}
          onSaved={(experiment) => router.history.push(paths.experiment(experiment.id))}
        />
      ) : null}
    </ListPage>
  );
}

type Shown = 'active' | 'deleted';

function NoExperiments({ typed, shown, onCreate }: { typed: string; shown: Shown; onCreate: () => void }) {
  if (typed === '' && shown === 'active')
    return (
      <EmptyState
        icon={IconFlask}
        title="No experiments yet"
        action={
          <>
            <Button onClick={onCreate}>New experiment</Button>
            <ButtonLink href={paths.importRuns} variant="default">
              Import runs
            </ButtonLink>
          </>
        }
      >
        An experiment gathers runs that answer one question, so that they can be compared.
      </EmptyState>
    );
  return (
    <EmptyState
      icon={IconFlask}
      title={shown === 'deleted' ? 'Nothing was deleted' : 'No experiment matches'}
    >
      {shown === 'deleted'
        ? 'Deleted experiments can be brought back from here.'
        : 'Change or clear the filter above.'}
    </EmptyState>
  );
}

/** What is asked of the server: the typed name or condition, among the active or the deleted ones. */
function listFilter(typed: string, shown: Shown): string | undefined {
  const filter = nameFilter(typed);
  if (shown === 'active') return filter;
  return filter === undefined ? "lifecycle = 'deleted'" : `(${filter}) and lifecycle = 'deleted'`;
}

function firstLine(text: string): string {
  return (
    text
      .trim()
      .split('\n')[0]
      ?.replace(/^#+\s*/, '') ?? ''
  );
}
