import { ActionIcon, Popover, UnstyledButton } from '@mantine/core';
import { IconHelp } from '@tabler/icons-react';
import { useState } from 'react';
import classes from './RunsTable.module.css';

const examples: readonly (readonly [filter: string, meaning: string])[] = [
  ["metrics.auc > 0.8 and params.trainer = 'gbdt'", 'two conditions, both must hold'],
  ["status in ('failed', 'killed') or tags.team is null", 'one of several; no such tag'],
  ['not (params.depth between 4 and 8)', 'ranges, turned around'],
  ['min(metrics.val_loss) < 0.2', 'over all points: min, max, first, last, count, slope'],
  ["name ilike '%sweep%'", '% stands for any text; ilike ignores case'],
  ["startedAtMs > '2026-01-31'", 'times'],
  ["text ~ 'late flights'", 'words in names, notes, params and tags'],
  ['order by metrics.auc desc', 'an order, also behind conditions'],
];

/** The filter language in a few examples, each of which can be taken over. */
export function FilterHelp({ onUse }: { onUse: (filter: string) => void }) {
  const [isOpen, setOpen] = useState(false);
  return (
    <Popover
      opened={isOpen}
      onChange={setOpen}
      width={470}
      position="bottom-end"
      shadow="md"
      trapFocus
      returnFocus
    >
      <Popover.Target>
        <ActionIcon
          size="sm"
          aria-label="How filters are written"
          aria-haspopup="dialog"
          onClick={() => setOpen((open) => !open)}
        >
          <IconHelp size={15} />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown aria-label="How filters are written">
        <ul className={classes.examples}>
          {examples.map(([filter, meaning]) => (
            <li key={filter}>
              <UnstyledButton
                className={classes.example}
                onClick={() => {
                  setOpen(false);
                  onUse(filter);
                }}
              >
                <code>{filter}</code>
                <span className="a-dim">{meaning}</span>
              </UnstyledButton>
            </li>
          ))}
        </ul>
        <p className={classes.hint}>Arrow up in the empty field brings back earlier filters.</p>
      </Popover.Dropdown>
    </Popover>
  );
}
