import { Button } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { BadRow, DatasetVersion } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatPlural } from '../../app/format.ts';
import { keys } from '../../app/queries.ts';
import { download } from '../../charts/table.ts';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { type PlainColumn, PlainTable } from '../../components/PlainTable.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { placeOf } from './bad-row-place.ts';
import classes from './dataset.module.css';

const PAGE = 200;
const MOST_AT_ONCE = 1000;

type NumberedRow = BadRow & { number: number };
const columns: PlainColumn<NumberedRow>[] = [
  { name: 'Place', cell: placeOf },
  { name: 'Why', cell: ({ reason }) => reason },
  { name: 'Row', cell: ({ text }) => <code>{text}</code> },
];

/** The rows of the source that the import set aside, with place and reason. */
export function BadRowsView({ version }: { version: DatasetVersion }) {
  const [offset, setOffset] = useState(0);
  const page = useQuery({
    queryKey: keys.part('datasets', version.dataset, 'bad-rows', version.id, String(offset)),
    queryFn: ({ signal }) =>
      client.datasets.badRows({ params: { versionId: version.id }, query: { offset, limit: PAGE }, signal }),
  });
  return (
    <div className={classes.scroll}>
      <QueryView query={page}>
        {({ rows, total, kept }) =>
          kept === 0 ? (
            <EmptyState title={`${formatPlural(total, 'row')} could not be read`}>
              They were not kept: this version was imported before Assay did so. Import the source again to
              see them.
            </EmptyState>
          ) : (
            <Panel
              title={`${formatPlural(total, 'row')} could not be read`}
              aside={<Download version={version} count={kept} />}
              padding="none"
            >
              <PlainTable
                label="Rows that were set aside"
                columns={columns}
                rows={rows.map((row, index) => ({ ...row, number: offset + index }))}
                keyOf={({ number }) => number}
                maxHeight={620}
              />
              {kept > PAGE ? (
                <div className={classes.pager}>
                  <Button
                    variant="default"
                    size="compact-sm"
                    disabled={offset === 0}
                    onClick={() => setOffset(Math.max(0, offset - PAGE))}
                  >
                    Before
                  </Button>
                  <span>
                    {formatCount(offset + 1)} to {formatCount(Math.min(kept, offset + PAGE))} of{' '}
                    {formatCount(kept)}
                  </span>
                  <Button
                    variant="default"
                    size="compact-sm"
                    disabled={offset + PAGE >= kept}
                    onClick={() => setOffset(offset + PAGE)}
                  >
                    Next
                  </Button>
                </div>
              ) : null}
            </Panel>
          )
        }
      </QueryView>
    </div>
  );
}

/** All of them as a file of JSON lines. */
function Download({ version, count }: { version: DatasetVersion; count: number }) {
  const [isBusy, setBusy] = useState(false);
  const save = async () => {
    setBusy(true);
    try {
      const lines: string[] = [];
      while (lines.length < count) {
        const query = { offset: lines.length, limit: MOST_AT_ONCE };
        const { rows } = await client.datasets.badRows({ params: { versionId: version.id }, query });
        if (rows.length === 0) break;
        lines.push(...rows.map((row) => JSON.stringify(row)));
      }
      const file = new Blob([`${lines.join('\n')}\n`], { type: 'application/jsonl' });
      download(`${version.dataset}-v${version.version}-bad-rows.jsonl`, file);
    } finally {
      setBusy(false);
    }
  };
  return (
    <Button
      variant="default"
      size="compact-sm"
      leftSection={<IconDownload size={14} />}
      loading={isBusy}
      onClick={() => save().catch(toastFault)}
    >
      Download
    </Button>
  );
}
