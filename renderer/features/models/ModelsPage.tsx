import { Button } from '@mantine/core';
import { IconBox } from '@tabler/icons-react';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import type { Model } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatMetric, NO_VALUE } from '../../app/format.ts';
import { paths } from '../../app/paths.ts';
import { keys, useCursorList } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import type { DataColumn } from '../../components/DataTable.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { ListPage } from '../../components/ListPage.tsx';
import { nameFilter } from '../../components/name-filter.ts';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { BundleDialog } from '../bundles/index.ts';
import { ImportModelDialog } from '../model-import/index.ts';
import { AliasBadges, championFirst } from './AliasBadges.tsx';
import classes from './models.module.css';
import { shownMetrics } from './shown-metrics.ts';
import { useDroppedFile } from './use-dropped-file.ts';

const rowId = (model: Model) => model.name;

/** Registered models with their newest version. */
export function ModelsPage() {
  const navigate = useNavigate();
  const search = useSearch({ from: '/models' });
  const typed = search.filter ?? '';
  const filter = nameFilter(typed);
  const list = useCursorList<Model>(
    keys.list('models', { ...(filter ? { filter } : {}), ...(search.sort ? { sort: search.sort } : {}) }),
    (cursor, signal) =>
      client.models.list({ query: { filter, sort: search.sort, limit: 100, cursor }, signal }),
  );
  const columns = useMemo(() => columnsFor(list.items), [list.items]);
  const [isBundle, setBundle] = useState(false);
  const [importing, setImporting] = useState<{ dropped: File | null } | null>(null);
  useDroppedFile(importing === null && !isBundle, (dropped) => setImporting({ dropped }));
  return (
    <ListPage
      title="Models"
      description="Registered models: versions, aliases, cards and predictions."
      actions={
        <>
          <Button variant="default" onClick={() => setBundle(true)}>
            Import a bundle
          </Button>
          <Button variant="default" onClick={() => setImporting({ dropped: null })}>
            Import a model
          </Button>
        </>
      }
      filter={{
        label: 'Filter models',
        placeholder: "Type a name, or a condition: metrics.auc > 0.8 and tags.team = 'growth'",
      }}
      search={search}
      onSearch={(change) => void navigate({ to: '/models', search: { ...search, ...change }, replace: true })}
      list={list}
      columns={columns}
      rowId={rowId}
      hrefOf={(model) => paths.model(model.name)}
      empty={
        typed === '' ? (
          <EmptyState
            icon={IconBox}
            title="No models yet"
            action={<ButtonLink href={paths.runs()}>Choose a run</ButtonLink>}
          >
            Register the model of a finished run: it gets a version, a card and an address to predict at. Or
            drop an ONNX file of another tool here.
          </EmptyState>
        ) : (
          <EmptyState icon={IconBox} title="No model matches">
            Change or clear the filter above.
          </EmptyState>
        )
      }
    >
      {isBundle ? <BundleDialog onClose={() => setBundle(false)} /> : null}
      {importing ? <ImportModelDialog {...importing} onClose={() => setImporting(null)} /> : null}
    </ListPage>
  );
}

function columnsFor(models: readonly Model[]): DataColumn<Model>[] {
  const metrics = shownMetrics(
    models.flatMap((model) => model.latest ?? []),
    3,
  );
  return [
    {
      id: 'name',
      header: 'Name',
      sortKey: 'name',
      width: 220,
      grow: true,
      cell: (model) => <AppLink href={paths.model(model.name)}>{model.name}</AppLink>,
    },
    {
      id: 'aliases',
      header: 'Aliases',
      width: 270,
      cell: (model) =>
        championFirst(Object.keys(model.aliases)).map((alias) => (
          <span key={alias} className={classes.aliasOf}>
            <AliasBadges aliases={[alias]} /> {model.aliases[alias]}
          </span>
        )),
    },
    { id: 'latest', header: 'Newest', width: 90, cell: (model) => model.latest?.version ?? NO_VALUE },
    {
      id: 'versions',
      header: 'Versions',
      sortKey: 'versions',
      width: 90,
      align: 'right',
      cell: (model) => formatCount(model.versions),
    },
    {
      id: 'trainer',
      header: 'Trainer',
      sortKey: 'trainer',
      width: 100,
      cell: (model) => model.latest?.trainer ?? NO_VALUE,
    },
    ...metrics.map(
      (key): DataColumn<Model> => ({
        id: `metrics.${key}`,
        header: key,
        sortKey: `metrics.${key}`,
        width: 100,
        align: 'right',
        cell: (model) => formatMetric(model.latest?.metrics[key]),
      }),
    ),
    {
      id: 'updatedAtMs',
      header: 'Changed',
      sortKey: 'updatedAtMs',
      width: 130,
      cell: (model) => <RelativeTime timeMs={model.updatedAtMs} />,
    },
  ];
}
