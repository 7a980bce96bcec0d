import { useRouter } from '@tanstack/react-router';
import type { AnchorHTMLAttributes, MouseEvent, Ref } from 'react';
import classes from './AppLink.module.css';

type Props = AnchorHTMLAttributes<HTMLAnchorElement> & {
  href: string;
  /** `plain` inherits the colour of its surroundings: for cards, rows and navigation. */
  look?: 'link' | 'plain';
  ref?: Ref<HTMLAnchorElement>;
};

/** A link within the workbench: no page load, but still a real link (new tab, copy address). Takes paths of `app/paths.ts`. */
export function AppLink({ href, look = 'link', className, onClick, ...rest }: Props) {
  const router = useRouter();
  const follow = (event: MouseEvent<HTMLAnchorElement>) => {
    onClick?.(event);
    const wantsOwnTab =
      event.metaKey || event.ctrlKey || event.shiftKey || event.altKey || event.button !== 0;
    if (event.defaultPrevented || wantsOwnTab || rest.target === '_blank') return;
    event.preventDefault();
    router.history.push(href);
  };
  const classNames = [look === 'link' ? classes.link : classes.plain, className].filter(Boolean).join(' ');
  return <a {...rest} href={href} className={classNames} onClick={follow} />;
}
