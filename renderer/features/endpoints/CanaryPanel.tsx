import { Button, Group, Progress, Text } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import type { CanaryCommand, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { formatCount, formatLatency, formatPercent } from '../../app/format.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { KeyValue } from '../../components/KeyValue.tsx';
import { Panel } from '../../components/Panel.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import { toastFault } from '../../components/toasts.tsx';

/** How the canary of an endpoint stands, and what can be decided about it; nothing where there is none. */
export function CanaryPanel({ endpoint }: { endpoint: ServingEndpoint }) {
  const cache = useQueryClient();
  const { name, route, canary } = endpoint;
  if (route.kind !== 'canary' || canary === null) return null;
  const step = route.steps[canary.step];
  const isHeld = canary.phase === 'held';
  const isLast = canary.step === route.steps.length - 1;
  const command = async (action: CanaryCommand['action']) => {
    try {
      await client.endpoints.canary({ params: { name }, body: { action } });
      await cache.invalidateQueries({ queryKey: ['endpoints'] });
    } catch (thrown) {
      toastFault(thrown);
    }
  };
  const wanted = step?.minRequests;
  const share = step?.percent ?? 0;
  return (
    <Panel
      title={`Canary: step ${canary.step + 1} of ${route.steps.length}`}
      aside={
        <Group gap="xs">
          <Button variant="default" size="xs" onClick={() => void command(isHeld ? 'resume' : 'hold')}>
            {isHeld ? 'Go on' : 'Hold here'}
          </Button>
          {isLast ? null : (
            <Button variant="default" size="xs" onClick={() => void command('advance')}>
              Next step
            </Button>
          )}
          <ConfirmButton
            size="xs"
            question={`Let ${route.canary} answer everything now?`}
            confirmLabel="Promote now"
            onConfirm={() => void command('promote')}
          >
            Promote
          </ConfirmButton>
          <Button size="xs" color="red.8" onClick={() => void command('rollback')}>
            Roll back now
          </Button>
        </Group>
      }
    >
      <Progress value={share} aria-label={`The canary answers ${share} % of the requests`} mb="sm" />
      <KeyValue
        columns={3}
        facts={[
          { label: 'Canary', value: route.canary },
          {
            label: 'Share now',
            value: `${share} % of ${route.steps.map(({ percent }) => percent).join(' → ')} %`,
          },
          { label: 'In this step since', value: <RelativeTime timeMs={canary.stepStartedAtMs} /> },
          {
            label: 'Answers in this step',
            value:
              wanted === undefined
                ? formatCount(canary.requests)
                : `${formatCount(canary.requests)} of ${formatCount(wanted)}`,
          },
          {
            label: 'Failed',
            value: `${formatCount(canary.errors)} (${formatPercent(route.limits.errorRate)} may)`,
          },
          {
            label: 'p95',
            value: `${formatLatency(canary.p95Ms)}${route.limits.p95Ms === undefined ? '' : ` (${formatLatency(route.limits.p95Ms)} allowed)`}`,
          },
        ]}
      />
      <Text size="sm" c="dimmed" mt="xs">
        Rolled back to {route.stable} by itself when a limit is broken; callers get the answer of that version
        wherever the canary has none.
      </Text>
    </Panel>
  );
}
