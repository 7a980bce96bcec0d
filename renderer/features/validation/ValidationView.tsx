import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { CheckSettings } from './CheckSettings.tsx';
import { CheckView } from './CheckView.tsx';
import { HistoryView } from './HistoryView.tsx';
import { ReportView } from './ReportView.tsx';
import { SchemaView } from './SchemaView.tsx';
import classes from './validation.module.css';

type Props = {
  version: DatasetVersion;
  view: string | undefined;
  onView: (view: string | undefined) => void;
};

const views = [
  { value: 'report', label: 'Report' },
  { value: 'schema', label: 'Schema' },
  { value: 'history', label: 'History' },
];

/** What the rows of a dataset must be like, and whether they are. */
export function ValidationView({ version, view, onView }: Props) {
  const { dataset } = version;
  const schema = useQuery({
    queryKey: keys.part('datasets', dataset, 'schemas', 'active'),
    queryFn: async ({ signal }) => {
      // Asked for as a list, which may well be empty.
      const { items } = await client.dataSchemas.list({ params: { dataset }, signal });
      const active = items.find(({ isActive }) => isActive);
      if (active === undefined) return null;
      return client.dataSchemas.get({ params: { dataset, version: String(active.version) }, signal });
    },
  });
  const checkId = view?.startsWith('dvl_') ? view : undefined;
  const shown =
    checkId === undefined ? (views.find(({ value }) => value === view)?.value ?? 'report') : 'history';
  return (
    <div className={classes.stack}>
      <div className={classes.tools}>
        <SegmentedControl
          aria-label="Part of the validation"
          data={views}
          value={shown}
          onChange={(value) => onView(value === 'report' ? undefined : value)}
        />
        <span className={classes.spring} />
        <CheckSettings dataset={dataset} />
      </div>
      <QueryView query={schema}>
        {(active) =>
          checkId !== undefined ? (
            <CheckView
              key={checkId}
              validationId={checkId}
              activeVersion={active?.version ?? null}
              onBack={() => onView('history')}
            />
          ) : shown === 'history' ? (
            <HistoryView dataset={dataset} onOpen={onView} />
          ) : shown === 'schema' ? (
            <SchemaView
              key={active?.version ?? 0}
              version={version}
              active={active}
              onSaved={() => onView(undefined)}
            />
          ) : (
            <ReportView version={version} active={active} onSchema={() => onView('schema')} />
          )
        }
      </QueryView>
    </div>
  );
}
