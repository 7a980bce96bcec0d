import { Group, Modal, Text } from '@mantine/core';
import type { Run } from '../../../local-api/contract/index.ts';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { CodeBlock } from '../../components/CodeBlock.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { runFiles, useRunText } from './artifacts/run-files.ts';

type Props = { run: Run; onClose: () => void };

/** How to make this run again: in the workbench with changes, or on the command line as it was. */
export function ReproduceDialog({ run, onClose }: Props) {
  const recipe = useRunText(run.id, runFiles.recipe);
  return (
    <Modal opened onClose={onClose} title="Train again" size="lg">
      <Text size="sm" mb="sm">
        The recipe says how the model is made. The same recipe on the same data gives the same bytes.
      </Text>
      <QueryView query={recipe}>
        {(text) =>
          text === null ? (
            <p className="a-dim">This run has not stored its recipe yet.</p>
          ) : (
            <>
              <CodeBlock code={pretty(text)} label="Recipe of the run" maxHeight={300} />
              <Text size="sm" my="sm">
                Saved as recipe.json, on the command line:
              </Text>
              <CodeBlock code="npm run assay -- train recipe.json" label="Command that trains again" />
            </>
          )
        }
      </QueryView>
      <Group justify="flex-end" gap="xs" mt="md">
        <ButtonLink href={paths.training({ run: run.id })}>Change and train</ButtonLink>
      </Group>
    </Modal>
  );
}

function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
