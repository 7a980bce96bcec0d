import { useQuery } from '@tanstack/react-query';
import type { WorkspaceInfo } from '../../../local-api/contract/index.ts';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { Page, PageHeader } from '../../components/Page.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { ActivityList } from './ActivityList.tsx';
import { Counts } from './Counts.tsx';
import classes from './home.module.css';
import { NextSteps } from './NextSteps.tsx';
import { SampleLoop } from './SampleLoop.tsx';
import { StorageFacts } from './StorageFacts.tsx';
import { Tour } from './Tour.tsx';
import { useSampleLoop } from './use-sample-loop.ts';
import { Welcome } from './Welcome.tsx';

/** What happened, what to do next, and what there is. A new workspace is welcomed with the sample loop. */
export function HomePage() {
  const info = useQuery({
    queryKey: keys.workspace,
    queryFn: ({ signal }) => client.workspace.info({ signal }),
  });
  return (
    <Page>
      <PageHeader title="Home" heading={info.data?.name ?? 'Home'} description={info.data?.path} />
      <QueryView query={info}>{(data) => <Content info={data} />}</QueryView>
      <Tour />
    </Page>
  );
}

function Content({ info }: { info: WorkspaceInfo }) {
  const loop = useSampleLoop();
  const isNew = info.counts.datasets === 0 && info.counts.runs === 0;
  const showsWelcome = isNew && loop.job === null;
  return (
    <>
      {showsWelcome ? <Welcome onStart={loop.start} isStarting={loop.isStarting} error={loop.error} /> : null}
      {loop.job && loop.isShown ? (
        <SampleLoop job={loop.job} onStart={loop.start} onClose={loop.hide} />
      ) : null}
      {isNew ? null : (
        <>
          <NextSteps counts={info.counts} />
          <Counts counts={info.counts} />
        </>
      )}
      <div className={classes.columns}>
        <ActivityList />
        <StorageFacts info={info} />
      </div>
    </>
  );
}
