import { ActionIcon, NumberInput, Tooltip } from '@mantine/core';
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react';
import { useState } from 'react';
import type { Explanation } from '../../../local-api/contract/index.ts';
import { formatNumber } from '../../app/format.ts';
import { Waterfall } from '../../charts/Waterfall.tsx';
import { Panel } from '../../components/Panel.tsx';
import classes from './explanations.module.css';
import { cellText, scaleName } from './words.ts';

/** One of the rows that were explained: how its inputs lead from the mean to its answer. */
export function SingleRows({ explanation, output }: { explanation: Explanation; output: number }) {
  const [row, setRow] = useState(0);
  const { shapley, target, rows } = explanation;
  const own = shapley.outputs[output];
  if (own === undefined) return null;
  const scale = scaleName(shapley.scale, own.output, target);
  const steps = shapley.inputs.map((name, input) => ({
    label: `${name} = ${cellText(shapley.cells[input]?.[row])}`,
    value: own.contributions[input]?.[row] ?? 0,
    error: null,
  }));
  const end = steps.reduce((sum, { value }) => sum + value, own.base);
  const move = (to: number) => setRow(Math.min(rows - 1, Math.max(0, to)));
  return (
    <Panel
      title={`Row ${row + 1} of ${rows}`}
      aside={
        <span className={classes.pickers}>
          <Tooltip label="The row before">
            <ActionIcon onClick={() => move(row - 1)} disabled={row === 0} aria-label="The row before">
              <IconChevronLeft size={16} />
            </ActionIcon>
          </Tooltip>
          <NumberInput
            aria-label="Row"
            value={row + 1}
            onChange={(value) => move(Number(value) - 1)}
            min={1}
            max={rows}
            allowDecimal={false}
            w={90}
            size="xs"
          />
          <Tooltip label="The next row">
            <ActionIcon onClick={() => move(row + 1)} disabled={row === rows - 1} aria-label="The next row">
              <IconChevronRight size={16} />
            </ActionIcon>
          </Tooltip>
        </span>
      }
    >
      <Waterfall
        title={`How row ${row + 1} comes to its answer`}
        hidesTitle
        base={own.base}
        steps={steps}
        valueLabel={scale}
      />
      <p className={classes.note}>
        From {formatNumber(own.base, 4)}, the mean of the reference rows, to {formatNumber(end, 4)} for this
        row.
      </p>
    </Panel>
  );
}
