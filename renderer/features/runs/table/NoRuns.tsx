import { IconFlask, IconTrash } from '@tabler/icons-react';
import { paths } from '../../../app/paths.ts';
import { ButtonLink } from '../../../components/ButtonLink.tsx';
import { EmptyState } from '../../../components/EmptyState.tsx';

type Props = { experimentId: string | undefined; why: 'none' | 'filter' | 'fault' | 'trash' };

/** Stands in place of the rows when there are none, and says what to do about it. */
export function NoRuns({ experimentId, why }: Props) {
  switch (why) {
    case 'trash':
      return (
        <EmptyState icon={IconTrash} title="The trash is empty">
          Deleted runs stand here until their space is freed.
        </EmptyState>
      );
    case 'fault':
    case 'filter':
      return (
        <EmptyState
          icon={IconFlask}
          title={why === 'fault' ? 'The filter has a fault' : 'No run matches this filter'}
        >
          Change the filter above, or clear it to see every run.
        </EmptyState>
      );
    case 'none':
      return (
        <EmptyState
          icon={IconFlask}
          title="No runs yet"
          action={
            <ButtonLink href={paths.training(experimentId === undefined ? {} : { experiment: experimentId })}>
              Train a model
            </ButtonLink>
          }
        >
          A run records one training: its parameters, metrics and files. Train here, or log runs from a script
          through the API.
        </EmptyState>
      );
  }
}
