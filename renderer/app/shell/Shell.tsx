import { useHotkeys, useLocalStorage, useMediaQuery } from '@mantine/hooks';
import { Notifications } from '@mantine/notifications';
import { Outlet, useRouter, useRouterState } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { toast } from '../../components/toasts.tsx';
import { useDesktop } from '../desktop.ts';
import { useFollowPreferences } from '../preferences.ts';
import { listenForShortcuts, useShortcuts } from '../shortcuts.ts';
import { CommandPalette } from './CommandPalette.tsx';
import { ConnectionNote } from './ConnectionNote.tsx';
import { JobDrawer } from './JobDrawer.tsx';
import { Navigation } from './Navigation.tsx';
import { navigationItems } from './navigation-items.ts';
import classes from './Shell.module.css';
import { ShortcutHelp } from './ShortcutHelp.tsx';
import { TopBar } from './TopBar.tsx';
import { useAlertNotices } from './use-alert-notices.ts';
import { useJobToasts } from './use-job-toasts.ts';

function refuseFile(path: string): void {
  toast({
    title: 'This file cannot be imported',
    text: `${path} is a model. Assay imports data.`,
    tone: 'warn',
  });
}

/** The frame around every page: navigation, top bar, palette, job drawer, shortcuts, toasts. */
export function Shell() {
  const router = useRouter();
  const [isSmall, setSmall] = useLocalStorage({ key: 'assay-nav-small', defaultValue: false });
  const isNarrow = useMediaQuery('(max-width: 900px)');
  const [showsJobs, setShowsJobs] = useState(false);
  const [showsHelp, setShowsHelp] = useState(false);
  const [showsPalette, setShowsPalette] = useState(false);
  useHotkeys([['mod+K', () => setShowsPalette(true)]], []);
  useFollowPreferences();
  useJobToasts();
  useAlertNotices();
  useDesktop(refuseFile);
  useEffect(listenForShortcuts, []);
  useShortcuts([
    ...navigationItems.map((item) => ({
      keys: `g ${item.key}`,
      label: item.label,
      group: 'Go to',
      run: () => router.history.push(item.href),
    })),
    { keys: '?', label: 'This list', group: 'Everywhere', run: () => setShowsHelp(true) },
    { keys: 'J', label: 'Running jobs', group: 'Everywhere', run: () => setShowsJobs(true) },
  ]);
  const main = useFocusOnNewPage();
  const openJobs = () => setShowsJobs(true);
  const openHelp = () => setShowsHelp(true);
  return (
    <div className={classes.shell}>
      {/* biome-ignore lint/a11y/useValidAnchor: it is a link to a part of the page; the router must not see it. */}
      <a
        href="#main"
        className={classes.skip}
        onClick={(event) => {
          event.preventDefault();
          main.current?.focus();
        }}
      >
        Skip to the content
      </a>
      <Navigation
        isSmall={isSmall || isNarrow === true}
        onToggle={isNarrow ? undefined : () => setSmall(!isSmall)}
      />
      <div className={classes.right}>
        <TopBar onSearch={() => setShowsPalette(true)} onOpenJobs={openJobs} onOpenHelp={openHelp} />
        <ConnectionNote />
        <main id="main" ref={main} tabIndex={-1} className={classes.main}>
          <Outlet />
        </main>
      </div>
      <CommandPalette
        isOpen={showsPalette}
        onClose={() => setShowsPalette(false)}
        onOpenJobs={openJobs}
        onOpenHelp={openHelp}
      />
      {/* Inside the router, since messages hold links. */}
      <Notifications position="bottom-right" limit={4} />
      <JobDrawer isOpen={showsJobs} onClose={() => setShowsJobs(false)} />
      <ShortcutHelp isOpen={showsHelp} onClose={() => setShowsHelp(false)} />
    </div>
  );
}

/** After going to another page the focus is at its start, so that Tab and screen readers begin there. */
function useFocusOnNewPage() {
  const pathname = useRouterState({ select: (state) => state.resolvedLocation?.pathname });
  const main = useRef<HTMLElement>(null);
  const previous = useRef<string | undefined>(undefined);
  useEffect(() => {
    if (previous.current !== undefined && previous.current !== pathname) {
      main.current?.focus({ preventScroll: true });
      main.current?.scrollTo({ top: 0 });
    }
    previous.current = pathname;
  }, [pathname]);
  return main;
}
