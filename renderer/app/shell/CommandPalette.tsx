import { Modal } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { IconSearch } from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { useRouter } from '@tanstack/react-router';
import { type KeyboardEvent, useEffect, useId, useRef, useState } from 'react';
import { client, toFault } from '../api.ts';
import { keys } from '../queries.ts';
import classes from './CommandPalette.module.css';
import { hitEntries, type PaletteEntry, staticEntries } from './palette-entries.ts';

type Props = { isOpen: boolean; onClose: () => void; onOpenJobs: () => void; onOpenHelp: () => void };

/** Ctrl/⌘-K: go anywhere, do anything, find anything by name or id. */
export function CommandPalette({ isOpen, onClose, ...rest }: Props) {
  return (
    <Modal
      opened={isOpen}
      onClose={onClose}
      withCloseButton={false}
      title={<span className="a-hidden">Search and commands</span>}
      size={600}
      radius="md"
      padding={0}
      overlayProps={{ backgroundOpacity: 0.35 }}
      // At once, and focused at once: keys that follow Ctrl-K directly must not be lost.
      transitionProps={{ duration: 0 }}
      classNames={{ header: classes.header ?? '' }}
    >
      <Palette onClose={onClose} {...rest} />
    </Modal>
  );
}

function Palette({ onClose, onOpenJobs, onOpenHelp }: Omit<Props, 'isOpen'>) {
  const router = useRouter();
  const [query, setQuery] = useState('');
  const [active, setActive] = useState(0);
  const id = useId();
  const list = useRef<HTMLDivElement>(null);
  const [text] = useDebouncedValue(query.trim(), 150);
  const search = useQuery({
    queryKey: keys.search(text),
    queryFn: ({ signal }) => client.workspace.search({ query: { q: text, limit: 12 }, signal }),
    enabled: text !== '',
    retry: false,
    staleTime: 5000,
    placeholderData: (previous) => previous,
  });
  const go = (href: string) => router.history.push(href);
  const hits = text === '' || query.trim() === '' ? [] : (search.data?.items ?? []);
  const entries = [
    ...hitEntries(hits, go),
    ...staticEntries(query, { go, openJobs: onOpenJobs, openHelp: onOpenHelp }),
  ];
  // What is found arrives after the words were typed: Enter should open the first of it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: each new answer starts at its first entry.
  useEffect(() => setActive(0), [search.dataUpdatedAt]);
  useEffect(() => {
    list.current?.querySelector(`[id="${id}-${active}"]`)?.scrollIntoView({ block: 'nearest' });
  }, [active, id]);

  const choose = (entry: PaletteEntry | undefined) => {
    if (!entry) return;
    onClose();
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const count = Math.max(1, entries.length);
    if (event.key === 'ArrowDown') setActive((active + 1) % count);
    else if (event.key === 'ArrowUp') setActive((active + count - 1) % count);
    else if (event.key === 'Enter') choose(entries[active]);
    else return;
    event.preventDefault();
  };
  const isWaiting = search.isFetching || text !== query.trim();
  return (
    <>
      <div className={classes.field}>
        <IconSearch size={17} aria-hidden="true" />
        <input
          className={classes.input}
          role="combobox"
          aria-expanded={entries.length > 0}
          aria-controls={`${id}-list`}
          aria-activedescendant={entries[active] ? `${id}-${active}` : undefined}
          aria-autocomplete="list"
          aria-label="Search and commands"
          placeholder="Search datasets, runs, models … or type a command"
          autoComplete="off"
          spellCheck={false}
          data-autofocus
          // biome-ignore lint/a11y/noAutofocus: the person asked for this field by a key.
          autoFocus
          value={query}
          onChange={(event) => {
            setQuery(event.currentTarget.value);
            setActive(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <div ref={list} id={`${id}-list`} role="listbox" aria-label="Results" className={classes.list}>
        {entries.map((entry, index) => (
          <Entry
            key={entry.id}
            id={`${id}-${index}`}
            entry={entry}
            opensGroup={entries[index - 1]?.group !== entry.group}
            isActive={index === active}
            onChoose={() => choose(entry)}
            onPoint={() => setActive(index)}
          />
        ))}
      </div>
      <p className={classes.note} role="status">
        {search.error ? `The search failed: ${toFault(search.error).detail}` : null}
        {entries.length === 0 && !search.error
          ? isWaiting
            ? 'Searching …'
            : `Nothing is called “${query.trim()}”.`
          : null}
      </p>
    </>
  );
}

type EntryProps = {
  id: string;
  entry: PaletteEntry;
  opensGroup: boolean;
  isActive: boolean;
  onChoose: () => void;
  onPoint: () => void;
};

function Entry({ id, entry, opensGroup, isActive, onChoose, onPoint }: EntryProps) {
  return (
    <>
      {opensGroup ? (
        <div className={classes.group} role="presentation">
          {entry.group}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: the input above has the keyboard. */}
      <div
        id={id}
        role="option"
        aria-selected={isActive}
        tabIndex={-1}
        className={classes.entry}
        onClick={onChoose}
        onMouseMove={onPoint}
      >
        <entry.icon size={17} stroke={1.6} aria-hidden="true" />
        <span className={classes.words}>
          {entry.label}
          {entry.detail ? <span className={classes.detail}>{entry.detail}</span> : null}
        </span>
        {entry.hint ? <span className={classes.hint}>{entry.hint}</span> : null}
      </div>
    </>
  );
}
