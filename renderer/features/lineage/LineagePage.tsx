import { SegmentedControl } from '@mantine/core';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { paths } from '../../app/paths.ts';
import { ButtonLink } from '../../components/ButtonLink.tsx';
import { Page, PageHeader } from '../../components/Page.tsx';
import { LineageView } from './LineageView.tsx';

const directions = [
  { value: 'both', label: 'Both ways' },
  { value: 'up', label: 'What it came of' },
  { value: 'down', label: 'What came of it' },
] as const;

/** The lineage of the workspace, or of one thing in it. */
export function LineagePage() {
  const navigate = useNavigate({ from: '/lineage' });
  const { node, direction: wanted } = useSearch({ from: '/lineage' });
  const direction = directions.find(({ value }) => value === wanted)?.value ?? 'both';
  return (
    <Page layout="fill">
      <PageHeader
        title="Lineage"
        description={
          node === undefined
            ? 'What came of what: sources, dataset versions, transforms, runs, models, endpoints, batches, drift reports.'
            : `Of ${node.replace(/^[a-z]+:/, '')}`
        }
        actions={
          node === undefined ? null : (
            <>
              <SegmentedControl
                aria-label="Direction"
                size="xs"
                data={[...directions]}
                value={direction}
                onChange={(value) =>
                  void navigate({
                    search: { node, direction: value === 'both' ? undefined : value },
                    replace: true,
                  })
                }
              />
              <ButtonLink variant="default" href={paths.lineage()}>
                The whole workspace
              </ButtonLink>
            </>
          )
        }
      />
      <LineageView node={node} direction={direction} />
    </Page>
  );
}
