import { useDebouncedValue } from '@mantine/hooks';
import { Spotlight, type SpotlightActionData } from '@mantine/spotlight';
import {
  IconActivity,
  IconBook,
  IconBox,
  IconDatabase,
  IconFlask2,
  IconGitCompare,
  IconKeyboard,
  IconListDetails,
  IconPlus,
  IconSearch,
  IconTimeline,
  IconUpload,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import type { SearchHit } from '../../../local-api/contract/index.ts';
import { client, toFault } from '../api.ts';
import { paths } from '../paths.ts';
import { keys } from '../queries.ts';
import classes from './CommandPalette.module.css';
import { navigationItems } from './navigation-items.ts';

type Entry = Omit<SpotlightActionData, 'keywords'> & {
  id: string;
  label: string;
  keywords: string;
  icon: ReactNode;
};

const hitIcons: Record<SearchHit['type'], typeof IconBox> = {
  dataset: IconDatabase,
  experiment: IconFlask2,
  run: IconTimeline,
  model: IconBox,
  'drift-report': IconActivity,
  job: IconListDetails,
};

/** Ctrl/⌘-K: go anywhere, do anything, find anything by name or id. */
export function CommandPalette({
  onOpenJobs,
  onOpenHelp,
}: {
  onOpenJobs: () => void;
  onOpenHelp: () => void;
}) {
  const router = useRouter();
  const [query, setQuery] = useState('');
  const [text] = useDebouncedValue(query.trim(), 150);
  const search = useQuery({
    queryKey: keys.search(text),
    queryFn: ({ signal }) => client.workspace.search({ query: { q: text, limit: 12 }, signal }),
    enabled: text !== '',
    retry: false,
    staleTime: 5000,
    placeholderData: (previous) => previous,
  });
  const go = (href: string) => () => router.history.push(href);

  const matches = (entry: Entry) =>
    query
      .toLowerCase()
      .split(/\s+/)
      .every((word) => `${entry.label} ${entry.keywords}`.toLowerCase().includes(word));
  const places = navigationItems.map(
    (item): Entry => ({
      id: `go-${item.key}`,
      label: item.label,
      keywords: `go ${item.keywords}`,
      icon: <item.icon size={17} stroke={1.6} />,
      description: `g ${item.key}`,
      onClick: go(item.href),
    }),
  );
  const hits = text === '' || query.trim() === '' ? [] : (search.data?.items ?? []);
  const shownPlaces = places.filter(matches);
  const shownCommands = commands(go, onOpenJobs, onOpenHelp).filter(matches);
  const isEmpty = hits.length + shownPlaces.length + shownCommands.length === 0;

  return (
    <Spotlight.Root
      query={query}
      onQueryChange={setQuery}
      shortcut={['mod + K']}
      tagsToIgnore={[]}
      scrollable
      maxHeight={460}
      radius="md"
      overlayProps={{ backgroundOpacity: 0.35, blur: 0 }}
    >
      <Spotlight.Search
        placeholder="Search datasets, runs, models … or type a command"
        leftSection={<IconSearch size={17} />}
        aria-label="Search and commands"
      />
      <Spotlight.ActionsList>
        {hits.length > 0 ? (
          <Spotlight.ActionsGroup label="Found">
            {hits.map((hit) => {
              const Icon = hitIcons[hit.type];
              return (
                <Spotlight.Action
                  key={`${hit.type} ${hit.id}`}
                  label={hit.title}
                  description={hit.subtitle}
                  leftSection={<Icon size={17} stroke={1.6} />}
                  rightSection={<span className={classes.hint}>{hit.type.replace('-', ' ')}</span>}
                  onClick={go(hit.link)}
                  highlightQuery={false}
                />
              );
            })}
          </Spotlight.ActionsGroup>
        ) : null}
        <Group label="Do" entries={shownCommands} />
        <Group label="Go to" entries={shownPlaces} />
        {search.error ? (
          <p className={classes.note}>The search failed: {toFault(search.error).detail}</p>
        ) : null}
        {isEmpty && search.isFetching ? <Spotlight.Empty>Searching …</Spotlight.Empty> : null}
        {isEmpty && !search.isFetching && !search.error ? (
          <Spotlight.Empty>Nothing is called “{query.trim()}”.</Spotlight.Empty>
        ) : null}
      </Spotlight.ActionsList>
    </Spotlight.Root>
  );
}

function Group({ label, entries }: { label: string; entries: readonly Entry[] }) {
  if (entries.length === 0) return null;
  return (
    <Spotlight.ActionsGroup label={label}>
      {entries.map((entry) => (
        <Spotlight.Action
          key={entry.id}
          label={entry.label}
          leftSection={entry.icon}
          rightSection={entry.description ? <kbd className={classes.hint}>{entry.description}</kbd> : null}
          {...(entry.onClick ? { onClick: entry.onClick } : {})}
        />
      ))}
    </Spotlight.ActionsGroup>
  );
}

function commands(go: (href: string) => () => void, onOpenJobs: () => void, onOpenHelp: () => void): Entry[] {
  const openDocs = () => window.open('/docs', '_blank', 'noopener');
  return [
    {
      id: 'train',
      label: 'New training',
      keywords: 'train model fit',
      icon: <IconPlus size={17} />,
      onClick: go(paths.training()),
    },
    {
      id: 'import',
      label: 'Import data',
      keywords: 'dataset csv parquet json upload',
      icon: <IconUpload size={17} />,
      onClick: go(paths.importDataset()),
    },
    {
      id: 'drift',
      label: 'New drift report',
      keywords: 'compare two versions',
      icon: <IconActivity size={17} />,
      onClick: go(paths.newDrift()),
    },
    {
      id: 'runs',
      label: 'All runs',
      keywords: 'compare filter table',
      icon: <IconGitCompare size={17} />,
      onClick: go(paths.runs()),
    },
    {
      id: 'jobs',
      label: 'Show running jobs',
      keywords: 'drawer progress',
      icon: <IconListDetails size={17} />,
      onClick: onOpenJobs,
    },
    {
      id: 'docs',
      label: 'API documentation',
      keywords: 'rest openapi swagger',
      icon: <IconBook size={17} />,
      onClick: openDocs,
    },
    {
      id: 'help',
      label: 'Keyboard shortcuts',
      keywords: 'help keys',
      icon: <IconKeyboard size={17} />,
      onClick: onOpenHelp,
    },
  ];
}
