import { IconTable } from '@tabler/icons-react';
import { Panel } from '../../../components/Panel.tsx';
import classes from '../import.module.css';
import type { ChosenSource } from '../import-draft.ts';

const samples = [
  {
    name: 'flights',
    title: 'Flights 2001',
    text: '3 million US flights: date, delay, distance, origin, destination. Good for a whole round.',
  },
  {
    name: 'penguins',
    title: 'Penguins',
    text: '344 penguins of three species, with missing values. Good for a quick look.',
  },
] as const;

/** Data sets that ship with Assay. */
export function Samples({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  return (
    <Panel title="A sample">
      <ul className={classes.samples}>
        {samples.map((sample) => (
          <li key={sample.name}>
            <button
              type="button"
              className={classes.sample}
              onClick={() => onChoose({ source: { kind: 'sample', name: sample.name }, name: sample.name })}
            >
              <IconTable size={18} stroke={1.6} aria-hidden="true" />
              <span>
                <strong>{sample.title}</strong>
                <br />
                <span className="a-dim">{sample.text}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
