import { Button, Group, Text } from '@mantine/core';
import { useState } from 'react';
import type { EndpointRoute, ServingEndpoint } from '../../../local-api/contract/index.ts';
import { ConfirmButton } from '../../components/ConfirmButton.tsx';
import { Panel } from '../../components/Panel.tsx';
import { CanaryPanel } from './CanaryPanel.tsx';
import classes from './endpoints.module.css';
import { ShareSlider } from './ShareSlider.tsx';
import { percentsOf } from './shares.ts';
import { useEndpointChange } from './use-endpoint-change.ts';

type RouteOf<K extends EndpointRoute['kind']> = Extract<EndpointRoute, { kind: K }>;

const combinedBy: Record<RouteOf<'ensemble'>['combine'], string> = {
  mean: 'the mean of all members',
  weighted: 'the weighted mean of all members',
  vote: 'what most members say',
};

/** What can be decided about the route as it is; nothing where one version simply answers. */
export function RoutePanel({ endpoint }: { endpoint: ServingEndpoint }) {
  const { name, route, revision } = endpoint;
  switch (route.kind) {
    case 'canary':
      return <CanaryPanel endpoint={endpoint} />;
    case 'ab':
      // A new revision begins with its own shares.
      return <SplitPanel key={revision} name={name} route={route} revision={revision} />;
    case 'blueGreen':
      return <SwitchPanel name={name} route={route} />;
    case 'ensemble':
      return <MembersPanel name={name} route={route} />;
    default:
      return null;
  }
}

function SplitPanel({ name, route, revision }: { name: string; route: RouteOf<'ab'>; revision: number }) {
  const change = useEndpointChange(name);
  const [weights, setWeights] = useState(() => percentsOf(route.arms.map(({ weight }) => weight)));
  const shares = percentsOf(weights);
  const isChanged = weights.some((weight, i) => weight !== percentsOf(route.arms.map((a) => a.weight))[i]);
  const save = () =>
    change(
      {
        route: { ...route, arms: route.arms.map((arm, i) => ({ ...arm, weight: weights[i] ?? 0 })) },
        expectedRevision: revision,
      },
      `${name}: ${route.arms.map((arm, i) => `${arm.name} ${shares[i]} %`).join(', ')}`,
    );
  return (
    <Panel
      title="Split between the arms"
      aside={
        <Button
          size="xs"
          disabled={!isChanged || weights.every((weight) => weight === 0)}
          onClick={() => void save()}
        >
          Save the split
        </Button>
      }
    >
      <div className={classes.charts}>
        {route.arms.map((arm, i) => (
          <div key={arm.name}>
            <ShareSlider
              label={`${arm.name}: ${arm.ref}, ${shares[i]} %`}
              min={0}
              max={100}
              value={weights[i] ?? 0}
              onChange={(value) => setWeights((all) => all.map((weight, at) => (at === i ? value : weight)))}
            />
            <Group mt="xs">
              <ConfirmButton
                size="xs"
                question={`End the test and let ${arm.ref} answer everything?`}
                confirmLabel="End the test"
                onConfirm={() =>
                  void change(
                    { route: { kind: 'single', ref: arm.ref }, reason: `${arm.name} of the A/B test stays` },
                    `${name} is answered by ${arm.ref}`,
                  )
                }
              >
                Keep {arm.name} only
              </ConfirmButton>
            </Group>
          </div>
        ))}
      </div>
      <Text size="sm" c="dimmed" mt="sm">
        Shares are in proportion to one another.{' '}
        {route.stickyBy === null
          ? 'Each request is drawn for itself.'
          : `The same ${route.stickyBy.from} “${route.stickyBy.name}” always meets the same arm.`}
      </Text>
    </Panel>
  );
}

function MembersPanel({ name, route }: { name: string; route: RouteOf<'ensemble'> }) {
  const change = useEndpointChange(name);
  const shares = percentsOf(route.members.map(({ weight }) => weight));
  return (
    <Panel title={`Ensemble: ${combinedBy[route.combine]}`}>
      <div className={classes.charts}>
        {route.members.map(({ name: arm, ref }, i) => (
          <Group key={arm} justify="space-between" wrap="nowrap">
            <Text size="sm">
              {arm}: {ref}
              {route.combine === 'weighted' ? `, ${shares[i]} %` : ''}
            </Text>
            <ConfirmButton
              size="xs"
              question={`Give up the ensemble and let ${ref} answer alone?`}
              confirmLabel="Answer alone"
              onConfirm={() =>
                void change(
                  { route: { kind: 'single', ref }, reason: `${arm} of the ensemble stays` },
                  `${name} is answered by ${ref}`,
                )
              }
            >
              Keep {arm} only
            </ConfirmButton>
          </Group>
        ))}
      </div>
    </Panel>
  );
}

function SwitchPanel({ name, route }: { name: string; route: RouteOf<'blueGreen'> }) {
  const change = useEndpointChange(name);
  const other = route.active === 'blue' ? 'green' : 'blue';
  return (
    <Panel
      title="Blue and green"
      aside={
        <Button
          size="xs"
          onClick={() =>
            void change(
              { route: { ...route, active: other } },
              `${name} is answered by ${other}: ${route[other]}`,
            )
          }
        >
          Switch to {other}
        </Button>
      }
    >
      <Text size="sm">
        {route[route.active]} ({route.active}) answers; {route[other]} ({other}) is loaded and waits.
      </Text>
    </Panel>
  );
}
