import { ActionIcon, Menu, Tooltip } from '@mantine/core';
import {
  IconCheck,
  IconDeviceDesktop,
  IconKeyboard,
  IconMoon,
  IconSearch,
  IconSun,
} from '@tabler/icons-react';
import { useQuery } from '@tanstack/react-query';
import { Fragment } from 'react';
import { AppLink } from '../../components/AppLink.tsx';
import { toastFault } from '../../components/toasts.tsx';
import { client } from '../api.ts';
import { usePageMeta } from '../page-meta.ts';
import { paths } from '../paths.ts';
import { useChangeSettings, useSettings } from '../preferences.ts';
import { keys } from '../queries.ts';
import { AlertBell } from './AlertBell.tsx';
import { JobIndicator } from './JobIndicator.tsx';
import classes from './TopBar.module.css';

type Props = { onSearch: () => void; onOpenJobs: () => void; onOpenHelp: () => void };

const isMac = /mac/i.test(navigator.platform);

/** Where you are, finding anything, what is running, and how it looks. */
export function TopBar({ onSearch, onOpenJobs, onOpenHelp }: Props) {
  return (
    <header className={classes.bar}>
      <Breadcrumbs />
      <button type="button" className={classes.search} onClick={onSearch} data-tour="search">
        <IconSearch size={14} aria-hidden="true" />
        <span className={classes.searchText}>Search or jump to …</span>
        <kbd className={classes.key}>{isMac ? '⌘ K' : 'Ctrl K'}</kbd>
      </button>
      <div className={classes.tools}>
        <JobIndicator onOpen={onOpenJobs} />
        <AlertBell />
        <Tooltip label="Keyboard shortcuts (?)">
          <ActionIcon onClick={onOpenHelp} aria-label="Keyboard shortcuts">
            <IconKeyboard size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
        <ThemeMenu />
      </div>
    </header>
  );
}

function Breadcrumbs() {
  const { title, crumbs } = usePageMeta();
  const workspace = useQuery({
    queryKey: keys.workspace,
    queryFn: ({ signal }) => client.workspace.info({ signal }),
  });
  return (
    <nav aria-label="Breadcrumbs" className={classes.crumbs}>
      <AppLink look="plain" href={paths.home} className={classes.crumb} title={workspace.data?.path}>
        {workspace.data?.name ?? 'Workspace'}
      </AppLink>
      {crumbs.map((crumb) => (
        <Fragment key={crumb.href}>
          <span aria-hidden="true">/</span>
          <AppLink look="plain" href={crumb.href} className={classes.crumb}>
            {crumb.label}
          </AppLink>
        </Fragment>
      ))}
      {title && title !== 'Home' ? (
        <>
          <span aria-hidden="true">/</span>
          <span className={classes.here} aria-current="page">
            {title}
          </span>
        </>
      ) : null}
    </nav>
  );
}

const themes = [
  { value: 'auto', label: 'As the system', icon: IconDeviceDesktop },
  { value: 'light', label: 'Light', icon: IconSun },
  { value: 'dark', label: 'Dark', icon: IconMoon },
] as const;

function ThemeMenu() {
  const chosen = useSettings().data?.settings.ui.theme ?? 'auto';
  const change = useChangeSettings();
  const current = themes.find((theme) => theme.value === chosen) ?? themes[0];
  return (
    <Menu position="bottom-end" width={170}>
      <Menu.Target>
        <Tooltip label="Theme">
          <ActionIcon aria-label={`Theme: ${current.label}`}>
            <current.icon size={17} stroke={1.6} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {themes.map((theme) => (
          <Menu.Item
            key={theme.value}
            leftSection={<theme.icon size={15} />}
            rightSection={theme.value === chosen ? <IconCheck size={14} aria-label="in use" /> : null}
            onClick={() => change({ 'ui.theme': theme.value }).catch(toastFault)}
          >
            {theme.label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
