import { type ReactNode, useId } from 'react';
import classes from './Panel.module.css';

type Props = {
  title?: ReactNode;
  /** Buttons or facts at the right of the title. */
  aside?: ReactNode;
  children: ReactNode;
  /** `none` for content that reaches the edges: tables, lists. */
  padding?: 'normal' | 'none';
  /** Lets the panel grow and its content scroll inside a `fill` page. */
  grow?: boolean;
  className?: string | undefined;
};

/** A framed part of a page with a title of its own. */
export function Panel({ title, aside, children, padding = 'normal', grow = false, className }: Props) {
  const id = useId();
  return (
    <section
      className={[classes.panel, className].filter(Boolean).join(' ')}
      data-grow={grow || undefined}
      aria-labelledby={title ? id : undefined}
    >
      {title || aside ? (
        <div className={classes.head}>
          <h2 id={id} className={classes.title}>
            {title}
          </h2>
          {aside ? <div className={classes.aside}>{aside}</div> : null}
        </div>
      ) : null}
      <div className={classes.body} data-padding={padding}>
        {children}
      </div>
    </section>
  );
}
