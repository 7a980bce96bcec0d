import { Tooltip } from '@mantine/core';
import { IconLayoutSidebarLeftCollapse, IconLayoutSidebarLeftExpand, IconPlus } from '@tabler/icons-react';
import { useRouterState } from '@tanstack/react-router';
import { AppLink } from '../../components/AppLink.tsx';
import { paths } from '../paths.ts';
import { Logo } from './Logo.tsx';
import classes from './Navigation.module.css';
import { isWithin, navigationItems } from './navigation-items.ts';

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
      <ul className={classes.list}>
        {navigationItems.map((item) => {
          const isHere = isWithin(item, pathname);
          return (
            <li key={item.href}>
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
            </li>
          );
        })}
      </ul>
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
