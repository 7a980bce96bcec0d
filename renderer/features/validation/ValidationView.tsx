import { SegmentedControl } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { ApiError, client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { QueryView } from '../../components/QueryView.tsx';
import { CheckSettings } from './CheckSettings.tsx';
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
    queryFn: ({ signal }) =>
      client.dataSchemas.active({ params: { dataset }, signal }).catch((thrown: unknown) => {
        if (thrown instanceof ApiError && thrown.code === 'data-schemas/not-found') return null;
        throw thrown;
      }),
  });
  const shown = views.find(({ value }) => value === view)?.value ?? 'report';
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
          shown === 'history' ? (
            <HistoryView dataset={dataset} />
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
