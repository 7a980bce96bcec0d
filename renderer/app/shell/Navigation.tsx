import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconPlus } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { AppLink } from '../../components/AppLink.tsx';
import { paths } from '../paths.ts';
import { Logo } from './Logo.tsx';
import classes from './Navigation.module.css';
import { isWithin, type NavigationGroup, type NavigationItem, navigationGroups } from './navigation-items.ts';

type Props = {
  isSmall: boolean;
  /** Left out where there is no room for the labels. */
  onToggle: (() => void) | undefined;
};

/** The way around: the mark, "New training", every place, and the switch between labels and icons alone. */
export function Navigation({ isSmall, onToggle }: Props) {
  const pathname = useRouterState({ select: (state) => state.location.pathname });
  const ToggleIcon = isSmall ? IconLayoutSidebarLeftExpand : IconLayoutSidebarLeftCollapse;
  return (
    <nav className={classes.nav} data-small={isSmall || undefined} aria-label="Main">
      <AppLink look="plain" href={paths.home} className={classes.brand} aria-label="Assay, home">
        <Logo size={24} />
        {isSmall ? null : <span className={classes.wordmark}>assay</span>}
      </AppLink>
      <Tooltip label="New training" position="right" disabled={!isSmall}>
        <AppLink look="plain" href={paths.training()} className={classes.create} aria-label="New training">
          <IconPlus size={16} stroke={2} aria-hidden="true" />
          {isSmall ? null : 'New training'}
        </AppLink>
      </Tooltip>
      <div className={classes.groups}>
        {navigationGroups.map((group) => (
          <Group key={group.heading ?? ''} group={group} isSmall={isSmall} pathname={pathname} />
        ))}
      </div>
      {onToggle ? (
        <Tooltip label="Show the labels" position="right" disabled={!isSmall}>
          <button
            type="button"
            className={classes.item}
            onClick={onToggle}
            aria-label={isSmall ? 'Show the labels' : undefined}
            aria-expanded={!isSmall}
          >
            <ToggleIcon size={17} stroke={1.6} aria-hidden="true" />
            {isSmall ? null : <span>Collapse</span>}
          </button>
        </Tooltip>
      ) : null}
    </nav>
  );
}

/** Its heading gives way to a line where there is no room for words; its name stays for screen readers. */
function Group({ group, isSmall, pathname }: { group: NavigationGroup; isSmall: boolean; pathname: string }) {
  return (
    <div className={classes.group}>
      {group.heading === undefined || isSmall ? null : (
        <span className={classes.heading} aria-hidden="true">
          {group.heading}
        </span>
      )}
      <ul className={classes.list} aria-label={group.heading}>
        {group.items.map((item) => (
          <li key={item.href}>
            <Place item={item} isSmall={isSmall} isHere={isWithin(item, pathname)} />
          </li>
        ))}
      </ul>
    </div>
  );
}

function Place({ item, isSmall, isHere }: { item: NavigationItem; isSmall: boolean; isHere: boolean }) {
  return (
    <Tooltip label={item.label} position="right" disabled={!isSmall}>
      <AppLink
        look="plain"
        href={item.href}
        className={classes.item}
        aria-current={isHere ? 'page' : undefined}
        aria-label={isSmall ? item.label : undefined}
        data-tour={item.label.toLowerCase()}
      >
        <item.icon size={17} stroke={1.6} aria-hidden="true" />
        {isSmall ? null : <span>{item.label}</span>}
      </AppLink>
    </Tooltip>
  );
}
