import classes from './ShareBar.module.css';

/** A share from 0 to 1 as a bar; the figure stands beside it, for those who do not see it. */
export function ShareBar({ share }: { share: number }) {
  return (
    <span className={classes.track} aria-hidden="true">
      <span className={classes.fill} style={{ width: `${100 * share}%` }} />
    </span>
  );
}
