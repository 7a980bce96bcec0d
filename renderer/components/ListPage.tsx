import { useRouter } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import type { ListState } from '../app/queries.ts';
import { type DataColumn, DataTable } from './DataTable.tsx';
import { FilterBar } from './FilterBar.tsx';
import classes from './ListPage.module.css';
import { Page, PageHeader } from './Page.tsx';
import { Panel } from './Panel.tsx';

export type ListSearch = { filter?: string | undefined; sort?: string | undefined };

type Props<Row> = {
  title: string;
  description: string;
  /** Buttons of the page. */
  actions?: ReactNode;
  /** Stands in place of the filter bar, or beside it. */
  filter?: { label: string; placeholder: string };
  /** More to narrow the list by, at the right of the filter. */
  aside?: ReactNode;
  /** Filter and sort as the address has them. */
  search: ListSearch;
  onSearch: (change: ListSearch) => void;
  list: ListState<Row>;
  columns: readonly DataColumn<Row>[];
  rowId: (row: Row) => string;
  hrefOf: (row: Row) => string;
  empty: ReactNode;
  /** Dialogs. */
  children?: ReactNode;
};

/** A page that is one filtered and sorted table of things with pages of their own. */
export function ListPage<Row extends object>(props: Props<Row>) {
  const { title, filter, search, onSearch, list } = props;
  const router = useRouter();
  return (
    <Page layout="fill">
      <PageHeader title={title} description={props.description} actions={props.actions} />
      <Panel grow padding="none">
        {filter || props.aside ? (
          <div className={classes.toolbar}>
            {filter ? (
              <div className={classes.filter}>
                <FilterBar
                  {...filter}
                  value={search.filter ?? ''}
                  error={list.error}
                  onSubmit={(text) => onSearch({ filter: text === '' ? undefined : text })}
                />
              </div>
            ) : null}
            {props.aside}
          </div>
        ) : null}
        <DataTable
          label={title}
          isMain
          columns={props.columns}
          rows={list.items}
          rowId={props.rowId}
          onOpen={(row) => router.history.push(props.hrefOf(row))}
          sort={search.sort}
          onSort={(sort) => onSearch({ sort })}
          isPending={list.isPending}
          error={list.error}
          retry={list.refetch}
          hasMore={list.hasMore}
          onEndReached={list.loadMore}
          empty={props.empty}
        />
      </Panel>
      {props.children}
    </Page>
  );
}
