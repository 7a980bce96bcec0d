import { Button, NumberInput } from '@mantine/core';
import { useState } from 'react';
import type { DatasetVersion } from '../../../local-api/contract/index.ts';
import { formatCount } from '../../app/format.ts';
import { Panel } from '../../components/Panel.tsx';
import classes from './dataset.module.css';
import { RowsGrid } from './RowsGrid.tsx';

/** Browsers cannot scroll over many millions of pixels: so many rows are in the grid at once, and "Go to row" moves it. */
const WINDOW = 300_000;

/** The rows of a version as they are, any of them reachable. */
export function RowsView({ version }: { version: DatasetVersion }) {
  const [start, setStart] = useState(0);
  const [target, setTarget] = useState<number | null>(null);
  const [typed, setTyped] = useState<number | string>('');
  const last = Math.min(version.rows, start + WINDOW);
  const go = () => {
    if (typeof typed !== 'number') return;
    const row = Math.max(0, Math.min(version.rows, typed) - 1);
    if (row < start || row >= last) setStart(Math.floor(row / WINDOW) * WINDOW);
    setTarget(row);
  };
  return (
    <Panel
      title={version.rows > WINDOW ? `Rows ${formatCount(start + 1)} to ${formatCount(last)}` : 'Rows'}
      grow
      padding="none"
      aside={
        <form
          className={classes.goTo}
          onSubmit={(event) => {
            event.preventDefault();
            go();
          }}
        >
          <NumberInput
            aria-label="Row number"
            placeholder={`1 to ${formatCount(version.rows)}`}
            min={1}
            max={version.rows}
            allowDecimal={false}
            thousandSeparator=","
            hideControls
            w={130}
            value={typed}
            onChange={setTyped}
          />
          <Button type="submit" variant="default" disabled={typeof typed !== 'number'}>
            Go to row
          </Button>
        </form>
      }
    >
      <RowsGrid key={start} version={version} start={start} end={last} target={target} />
    </Panel>
  );
}
