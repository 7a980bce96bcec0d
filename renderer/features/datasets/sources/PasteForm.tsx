import { Button, Textarea } from '@mantine/core';
import { useState } from 'react';
import { Panel } from '../../../components/Panel.tsx';
import type { ChosenSource } from '../import-draft.ts';
import styles from './sources.module.css';

/** Text from the clipboard: cells of a spreadsheet, CSV, JSON. */
export function PasteForm({ onChoose }: { onChoose: (chosen: ChosenSource) => void }) {
  const [text, setText] = useState('');
  return (
    <Panel title="Paste rows">
      <form
        className={styles.fields}
        onSubmit={(event) => {
          event.preventDefault();
          if (text.trim() !== '') onChoose({ source: { kind: 'text', text }, name: 'pasted' });
        }}
      >
        <Textarea
          aria-label="Rows"
          description="Cells copied from a spreadsheet, CSV with any delimiter, a JSON list or JSON lines."
          placeholder={'name\tcity\tage\nAda\tLondon\t36'}
          className={styles.code ?? ''}
          minRows={10}
          maxRows={20}
          autosize
          value={text}
          onChange={(event) => setText(event.currentTarget.value)}
        />
        <div className={styles.buttons}>
          <Button type="submit" disabled={text.trim() === ''}>
            Look at them
          </Button>
        </div>
      </form>
    </Panel>
  );
}
