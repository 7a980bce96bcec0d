import {
  IconActivity,
  IconArrowsSplit,
  IconBellCheck,
  IconBox,
  IconCloudUpload,
  IconDatabase,
  IconFlask2,
  IconHome2,
  IconListDetails,
  IconListTree,
  IconPlayerPlay,
  IconPlugConnected,
  IconSettings,
  IconSitemap,
  IconTableImport,
  IconTransform,
} from '@tabler/icons-react';
import { paths } from '../paths.ts';

export type NavigationItem = {
  label: string;
  href: string;
  icon: typeof IconHome2;
  /** Pressed after `g`. */
  key: string;
  /** Further words that find it in the palette. */
  keywords: string;
  /** Addresses beginning with one of these belong to it too. */
  also?: readonly string[];
};

export type NavigationGroup = {
  /** Shown above its items; none above the first. */
  heading: string | undefined;
  items: readonly NavigationItem[];
};

/** In the order of the work: data, models made of it, what runs in production, and what keeps it going. */
export const navigationGroups: readonly NavigationGroup[] = [
  {
    heading: undefined,
    items: [
      { label: 'Home', href: paths.home, icon: IconHome2, key: 'h', keywords: 'start activity overview' },
    ],
  },
  {
    heading: 'Data',
    items: [
      {
        label: 'Datasets',
        href: paths.datasets,
        icon: IconDatabase,
        key: 'd',
        keywords: 'data import profile versions validation schema diff',
      },
      {
        label: 'Transforms',
        href: paths.transforms,
        icon: IconTransform,
        key: 'f',
        keywords: 'sql steps join aggregate derive split sample',
      },
      {
        label: 'Connections',
        href: paths.connections,
        icon: IconPlugConnected,
        key: 'k',
        keywords: 'source database postgres mysql bucket s3 credentials',
      },
      {
        label: 'Lineage',
        href: paths.lineage(),
        icon: IconSitemap,
        key: 'l',
        keywords: 'graph provenance upstream downstream where from',
      },
    ],
  },
  {
    heading: 'Models',
    items: [
      {
        label: 'Training',
        href: paths.training(),
        icon: IconPlayerPlay,
        key: 't',
        keywords: 'new train recipe fit',
      },
      {
        label: 'Experiments',
        href: paths.experiments,
        icon: IconFlask2,
        key: 'e',
        keywords: 'runs metrics tracking compare',
        also: ['/runs', '/compare', '/import-runs'],
      },
      {
        label: 'Traces',
        href: paths.traces(),
        icon: IconListTree,
        key: 'c',
        keywords: 'calls spans llm tracing waterfall otlp',
      },
      {
        label: 'Models',
        href: paths.models,
        icon: IconBox,
        key: 'm',
        keywords: 'registry versions alias predict',
      },
    ],
  },
  {
    heading: 'Production',
    items: [
      {
        label: 'Endpoints',
        href: paths.endpoints,
        icon: IconArrowsSplit,
        key: 'n',
        keywords: 'serving deploy canary ab test shadow traffic route',
      },
      {
        label: 'Batches',
        href: paths.batches(),
        icon: IconTableImport,
        key: 'b',
        keywords: 'batch predictions score table file schedule cron',
      },
      {
        label: 'Targets',
        href: paths.targets,
        icon: IconCloudUpload,
        key: 'p',
        keywords: 'push pull remote mlflow oci registry export deploy',
      },
      {
        label: 'Drift',
        href: paths.drift,
        icon: IconActivity,
        key: 'r',
        keywords: 'reports monitoring distribution',
      },
      {
        label: 'Monitors',
        href: paths.monitors,
        icon: IconBellCheck,
        key: 'o',
        keywords: 'alerts watch schedule notifications quality performance',
      },
    ],
  },
  {
    heading: 'Workspace',
    items: [
      {
        label: 'Jobs',
        href: paths.jobs(),
        icon: IconListDetails,
        key: 'j',
        keywords: 'queue log dead letters',
      },
      {
        label: 'Settings',
        href: paths.settings,
        icon: IconSettings,
        key: 's',
        keywords: 'preferences workspace token api',
      },
    ],
  },
];

export const navigationItems: readonly NavigationItem[] = navigationGroups.flatMap((group) => group.items);

/** Whether an address belongs to an item: it is the item's page or below it. */
export function isWithin(item: NavigationItem, pathname: string): boolean {
  if (item.href === '/') return pathname === '/';
  return [item.href, ...(item.also ?? [])].some(
    (start) => pathname === start || pathname.startsWith(`${start}/`),
  );
}
