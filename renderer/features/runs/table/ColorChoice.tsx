import { ColorSwatch, Group, UnstyledButton } from '@mantine/core';
import { IconCheck, IconX } from '@tabler/icons-react';
import { runMarks } from '../../../../local-api/contract/index.ts';
import { useScheme } from '../../../charts/palette.ts';
import { chosenColor, colorChoices } from '../run-colors.ts';
import classes from './RunsTable.module.css';

type Props = { current: string | null; onChoose: (color: string | null) => void };

const names = ['blue', 'orange', 'green', 'pink', 'ochre', 'sky', 'violet', 'grey'];

/** A row of colours for runs, and one that takes the colour off. */
export function ColorChoice({ current, onChoose }: Props) {
  const scheme = useScheme();
  return (
    <Group gap={4} wrap="nowrap" role="group" aria-label="Colour" className={classes.colors}>
      {colorChoices.map((color, index) => (
        <UnstyledButton
          key={color}
          aria-label={`Colour ${names[index] ?? color}`}
          aria-pressed={color === current}
          className={classes.swatch}
          onClick={() => onChoose(color)}
        >
          <ColorSwatch
            component="span"
            size={16}
            withShadow={false}
            color={chosenColor({ tags: { [runMarks.color]: color } }, scheme) ?? color}
          >
            {color === current ? <IconCheck size={12} color="var(--a-surface)" aria-hidden="true" /> : null}
          </ColorSwatch>
        </UnstyledButton>
      ))}
      <UnstyledButton aria-label="No colour" className={classes.swatch} onClick={() => onChoose(null)}>
        <IconX size={14} aria-hidden="true" />
      </UnstyledButton>
    </Group>
  );
}
