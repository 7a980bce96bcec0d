import { type KeyboardEvent, useRef } from 'react';
import classes from './Tabs.module.css';

export type TabItem = { id: string; label: string; note?: string };

type Props = {
  /** What is chosen between. */
  label: string;
  items: readonly TabItem[];
  value: string;
  onChange: (id: string) => void;
  /** Id of the element that shows the chosen tab. */
  panelId?: string;
};

/** Views of one page beside each other. Arrow keys, Home and End move; the choice belongs into the address. */
export function Tabs({ label, items, value, onChange, panelId }: Props) {
  const list = useRef<HTMLDivElement>(null);
  const onKeyDown = (event: KeyboardEvent) => {
    const index = items.findIndex((item) => item.id === value);
    const targets: Record<string, number> = {
      ArrowRight: (index + 1) % items.length,
      ArrowLeft: (index + items.length - 1) % items.length,
      Home: 0,
      End: items.length - 1,
    };
    const target = items[targets[event.key] ?? -1];
    if (!target) return;
    event.preventDefault();
    onChange(target.id);
    list.current?.querySelector<HTMLElement>(`[data-tab="${CSS.escape(target.id)}"]`)?.focus();
  };
  return (
    <div ref={list} role="tablist" aria-label={label} className={classes.tabs} onKeyDown={onKeyDown}>
      {items.map((item) => (
        <button
          key={item.id}
          type="button"
          role="tab"
          data-tab={item.id}
          aria-selected={item.id === value}
          aria-controls={panelId}
          tabIndex={item.id === value ? 0 : -1}
          className={classes.tab}
          onClick={() => onChange(item.id)}
        >
          {item.label}
          {item.note === undefined ? null : <span className={classes.note}>{item.note}</span>}
        </button>
      ))}
    </div>
  );
}
