import { Button } from '@mantine/core';
import {
  IconActivity,
  IconBox,
  IconDatabase,
  IconFlask2,
  IconInfoCircle,
  IconListDetails,
  IconSettings,
  IconTimeline,
} from '@tabler/icons-react';
import { useInfiniteQuery } from '@tanstack/react-query';
import { client } from '../../app/api.ts';
import { keys } from '../../app/queries.ts';
import { AppLink } from '../../components/AppLink.tsx';
import { EmptyState } from '../../components/EmptyState.tsx';
import { Panel } from '../../components/Panel.tsx';
import { QueryView } from '../../components/QueryView.tsx';
import { RelativeTime } from '../../components/RelativeTime.tsx';
import classes from './home.module.css';

const PAGE = 25;

const icons: Record<string, typeof IconBox> = {
  dataset: IconDatabase,
  experiment: IconFlask2,
  run: IconTimeline,
  model: IconBox,
  'drift-report': IconActivity,
  job: IconListDetails,
  settings: IconSettings,
};

/** What happened lately, newest first. */
export function ActivityList() {
  const activity = useInfiniteQuery({
    queryKey: keys.activity,
    queryFn: ({ pageParam, signal }) =>
      client.events.activity({
        query: { limit: PAGE, ...(pageParam === null ? {} : { before: pageParam }) },
        signal,
      }),
    initialPageParam: null as number | null,
    getNextPageParam: (page) => (page.items.length < PAGE ? null : (page.items.at(-1)?.id ?? null)),
  });
  const items = activity.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <Panel title="What happened">
      <QueryView query={activity}>
        {() =>
          items.length === 0 ? (
            <EmptyState title="Nothing yet">
              Imports, trainings, registrations and reports will be listed here.
            </EmptyState>
          ) : (
            <>
              <ol className={classes.activity}>
                {items.map((item) => {
                  const Icon = icons[item.type.split('.')[0] ?? ''] ?? IconInfoCircle;
                  return (
                    <li key={item.id}>
                      <Icon size={16} stroke={1.6} aria-hidden="true" />
                      <span className={classes.activityText}>
                        {item.link === null ? (
                          item.text
                        ) : (
                          <AppLink look="plain" href={item.link}>
                            {item.text}
                          </AppLink>
                        )}
                      </span>
                      <span className="a-dim">
                        <RelativeTime timeMs={item.atMs} />
                      </span>
                    </li>
                  );
                })}
              </ol>
              {activity.hasNextPage ? (
                <Button
                  variant="default"
                  mt="sm"
                  loading={activity.isFetchingNextPage}
                  onClick={() => void activity.fetchNextPage()}
                >
                  Earlier
                </Button>
              ) : null}
            </>
          )
        }
      </QueryView>
    </Panel>
  );
}
