import { Button, Switch, TextInput } from '@mantine/core';
import { IconDownload } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import type { Run } from '../../../../local-api/contract/index.ts';
import { formatPlural } from '../../../app/format.ts';
import { keys } from '../../../app/queries.ts';
import { EmptyState } from '../../../components/EmptyState.tsx';
import { Panel } from '../../../components/Panel.tsx';
import { QueryView } from '../../../components/QueryView.tsx';
import { artifactUrl, readRunText } from '../artifacts/run-files.ts';
import { LineList } from './LineList.tsx';
import classes from './page.module.css';

/** Where `assay exec` keeps what the command printed. */
export const outputFile = 'logs/output.log';
const POLL_MS = 2000;

/** What the command of a run printed, live while it goes on: follow or stay, search, download. */
export function OutputLog({ run, isActive }: { run: Run; isActive: boolean }) {
  const query = useQuery({
    queryKey: keys.part('runs', run.id, 'text', outputFile),
    queryFn: ({ signal }) => readRunText(run.id, outputFile, signal),
    refetchInterval: isActive ? POLL_MS : false,
  });
  return (
    <QueryView query={query}>
      {(text) =>
        text === null ? (
          <EmptyState title={isActive ? 'Nothing printed yet' : 'Nothing was printed'}>
            What the command prints is kept with the run, some seconds after it was printed.
          </EmptyState>
        ) : (
          <Output runId={run.id} text={text} isActive={isActive} />
        )
      }
    </QueryView>
  );
}

function Output({ runId, text, isActive }: { runId: string; text: string; isActive: boolean }) {
  const [follows, setFollows] = useState(isActive);
  const [find, setFind] = useState('');
  const [place, setPlace] = useState(0);
  const lines = useMemo(() => text.replace(/\n$/, '').split('\n').map(lastOfLine), [text]);
  const found = useMemo(() => {
    const wanted = find.trim().toLowerCase();
    if (wanted === '') return [];
    return lines.flatMap((line, index) => (line.toLowerCase().includes(wanted) ? [index] : []));
  }, [lines, find]);
  const current = found.length === 0 ? null : (found[place % found.length] ?? null);
  return (
    <Panel padding="none">
      <div className={classes.tools}>
        <Switch
          label="Stay at the end"
          checked={follows}
          onChange={(event) => setFollows(event.currentTarget.checked)}
        />
        <TextInput
          aria-label="Search the log"
          placeholder="Search"
          value={find}
          onChange={(event) => {
            setFind(event.currentTarget.value);
            setPlace(0);
            setFollows(false);
          }}
          onKeyDown={(event) => {
            if (event.key !== 'Enter' || found.length === 0) return;
            setPlace((place + (event.shiftKey ? found.length - 1 : 1)) % found.length);
          }}
        />
        <span className="a-dim" role="status">
          {find.trim() === '' ? '' : current === null ? 'Not found' : `${place + 1} of ${found.length}`}
        </span>
        <span className="a-dim">{formatPlural(lines.length, 'line')}</span>
        <Button
          component="a"
          href={artifactUrl(runId, outputFile)}
          download="output.log"
          variant="default"
          leftSection={<IconDownload size={14} />}
        >
          Download
        </Button>
      </div>
      <LineList
        label="Lines of the log"
        lines={lines}
        follows={follows}
        onFollow={setFollows}
        foundIndex={current}
      />
    </Panel>
  );
}

/** Colours and cursor moves of terminals (ECMA-48, CSI sequences). */
const controls = new RegExp(`${String.fromCharCode(27)}\\[[0-9;?]*[A-Za-z]`, 'g');

/** Progress bars write a line again and again; what stands there at last is what a terminal shows. */
function lastOfLine(line: string): string {
  const parts = line.replace(/\r$/, '').split('\r');
  return (parts.at(-1) ?? '').replace(controls, '');
}
