import type { ComponentType, ReactNode } from 'react';
import classes from './states.module.css';

type Props = {
  icon?: ComponentType<{ size?: number | string; stroke?: number | string }>;
  title: string;
  /** What to do next, in a sentence. */
  children?: ReactNode;
  /** The button that does it. */
  action?: ReactNode;
};

/** What a list or page shows when there is nothing yet: says so, says what to do, and offers to do it. */
export function EmptyState({ icon: Icon, title, children, action }: Props) {
  return (
    <div className={classes.state}>
      {Icon ? (
        <span className={classes.icon} aria-hidden="true">
          <Icon size={26} stroke={1.4} />
        </span>
      ) : null}
      <p className={classes.title}>{title}</p>
      {children ? <div className={classes.text}>{children}</div> : null}
      {action ? <div className={classes.actions}>{action}</div> : null}
    </div>
  );
}
