import { EmptyState } from '../../components/EmptyState.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { useModelDigest } from './explanations-queries.ts';
import { ModelExplanation } from './ModelExplanation.tsx';

/** The explanation of the model that a run made. */
export function RunExplanation({ runId }: { runId: string }) {
  return (
    <QueryView query={useModelDigest(runId)}>
      {(digest) =>
        digest === null ? (
          <EmptyState title="No model yet">A finished training has a model that can be explained.</EmptyState>
        ) : (
          <ModelExplanation subject={{ runId }} digest={digest} />
        )
      }
    </QueryView>
  );
}
