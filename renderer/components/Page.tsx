import type { ReactNode } from 'react';
import { type Crumb, useSetPageMeta } from '../app/page-meta.ts';
import classes from './Page.module.css';

type HeaderProps = {
  title: string;
  /** The pages above this one, outermost first; shown in the top bar. */
  crumbs?: readonly Crumb[];
  /** Shown instead of the plain title, for titles that can be edited or carry a badge. */
  heading?: ReactNode;
  /** A line under the title: what this is, key facts. */
  description?: ReactNode;
  /** Buttons at the right. */
  actions?: ReactNode;
};

const NO_CRUMBS: readonly Crumb[] = [];

/** The head of every page: names the page (title, breadcrumbs, window) and holds its actions. */
export function PageHeader({ title, crumbs = NO_CRUMBS, heading, description, actions }: HeaderProps) {
  useSetPageMeta(title, crumbs);
  return (
    <header className={classes.header}>
      <div className={classes.titles}>
        <h1 className={classes.title}>{heading ?? title}</h1>
        {description ? <div className={classes.description}>{description}</div> : null}
      </div>
      {actions ? <div className={classes.actions}>{actions}</div> : null}
    </header>
  );
}

type PageProps = {
  children: ReactNode;
  /** `scroll`: the page scrolls as a whole. `fill`: it is as high as the window and a part of it scrolls (tables). */
  layout?: 'scroll' | 'fill';
  /** Narrow pages read better: forms, text. */
  width?: 'full' | 'narrow';
};

/** The frame of every page, with the same margins everywhere. */
export function Page({ children, layout = 'scroll', width = 'full' }: PageProps) {
  return (
    <div className={classes.page} data-layout={layout} data-width={width}>
      {children}
    </div>
  );
}
