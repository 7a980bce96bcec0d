import {
  IconActivity,
  IconBook,
  IconBookmark,
  IconBox,
  IconDatabase,
  IconFlask2,
  IconGitCompare,
  IconKeyboard,
  IconListDetails,
  IconPlus,
  IconTimeline,
  IconUpload,
} from '@tabler/icons-react';
import type { SearchHit } from '../../../local-api/contract/index.ts';
import { paths } from '../paths.ts';
import { navigationGroups } from './navigation-items.ts';

export type PaletteEntry = {
  id: string;
  group: 'Found' | 'Do' | 'Go to';
  label: string;
  /** A second line: what it is, where it belongs. */
  detail?: string;
  /** At the right: a kind, or the keys that do the same. */
  hint?: string;
  /** Further words that find it. */
  keywords: string;
  icon: typeof IconBox;
  run: () => void;
};

type Doing = { go: (href: string) => void; openJobs: () => void; openHelp: () => void };

const hitIcons: Record<SearchHit['type'], typeof IconBox> = {
  dataset: IconDatabase,
  experiment: IconFlask2,
  run: IconTimeline,
  model: IconBox,
  'drift-report': IconActivity,
  job: IconListDetails,
  view: IconBookmark,
};

/** What the search of the engine found. */
export function hitEntries(hits: readonly SearchHit[], go: Doing['go']): PaletteEntry[] {
  return hits.map((hit) => ({
    id: `${hit.type}-${hit.id}`,
    group: 'Found',
    label: hit.title,
    detail: hit.subtitle,
    hint: hit.type.replace('-', ' '),
    keywords: '',
    icon: hitIcons[hit.type],
    run: () => go(hit.link),
  }));
}

/** The commands and places that all words of a query are found in; everything for an empty one. */
export function staticEntries(query: string, doing: Doing): PaletteEntry[] {
  const words = query.toLowerCase().split(/\s+/);
  return [...commands(doing), ...places(doing)].filter((entry) => {
    const text = `${entry.label} ${entry.keywords}`.toLowerCase();
    return words.every((word) => text.includes(word));
  });
}

function places({ go }: Doing): PaletteEntry[] {
  return navigationGroups.flatMap(({ heading = '', items }) =>
    items.map((item) => ({
      id: `go-${item.key}`,
      group: 'Go to',
      label: item.label,
      detail: heading,
      hint: `g ${item.key}`,
      keywords: `go ${heading} ${item.keywords}`,
      icon: item.icon,
      run: () => go(item.href),
    })),
  );
}

function commands({ go, openJobs, openHelp }: Doing): PaletteEntry[] {
  const command = (
    id: string,
    label: string,
    icon: typeof IconBox,
    keywords: string,
    run: () => void,
    hint?: string,
  ): PaletteEntry => ({
    id,
    group: 'Do',
    label,
    icon,
    keywords,
    run,
    ...(hint === undefined ? {} : { hint }),
  });
  return [
    command('train', 'New training', IconPlus, 'train model fit', () => go(paths.training())),
    command('import', 'Import data', IconUpload, 'dataset csv parquet json upload', () =>
      go(paths.importDataset()),
    ),
    command('drift', 'New drift report', IconActivity, 'compare two versions', () => go(paths.newDrift())),
    command('runs', 'All runs', IconGitCompare, 'compare filter table', () => go(paths.runs())),
    command('jobs', 'Running jobs', IconListDetails, 'drawer progress show', openJobs, 'J'),
    command('help', 'Keyboard shortcuts', IconKeyboard, 'help keys', openHelp, '?'),
    command('docs', 'API documentation', IconBook, 'rest openapi swagger docs', () => {
      window.open('/docs', '_blank', 'noopener');
    }),
  ];
}
