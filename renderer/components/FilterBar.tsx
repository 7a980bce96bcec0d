import { ActionIcon, Tooltip } from '@mantine/core';
import { IconFilter, IconX } from '@tabler/icons-react';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { ApiError } from '../app/api.ts';
import { useShortcuts } from '../app/shortcuts.ts';
import classes from './FilterBar.module.css';

/** Something that may be written at the caret: it replaces the text from `start` to the caret. */
export type FilterCompletion = { text: string; label: string; kind: string; start: number };

type Complete = (
  text: string,
  caret: number,
  signal: AbortSignal,
) => readonly FilterCompletion[] | Promise<readonly FilterCompletion[]>;

type Props = {
  /** The filter in force. */
  value: string;
  /** Called with the new filter on Enter, or when it is cleared. */
  onSubmit: (filter: string) => void;
  /** What the server said to the filter in force; a `request/bad-filter` is shown at its place in the text. */
  error: unknown;
  placeholder: string;
  label: string;
  complete?: Complete;
  /** What is meant by what was typed: the last chance to turn plain words into a search. */
  normalise?: (text: string) => string;
  /** Where earlier filters are kept; arrow up in the empty field offers them. */
  historyKey?: string;
  /** Explains the language; `use` puts an example into the field. */
  help?: (use: (filter: string) => void) => ReactNode;
};

const HISTORY_LENGTH = 20;

/** The input for the filter language. `/` focuses it, Enter applies, Escape leaves; faults stand under their place. */
export function FilterBar(props: Props) {
  const { value, onSubmit, error, placeholder, label, complete, normalise, historyKey, help } = props;
  const [text, setText] = useState(value);
  const [options, setOptions] = useState<readonly FilterCompletion[]>([]);
  const [chosen, setChosen] = useState(-1);
  const input = useRef<HTMLInputElement>(null);
  const asked = useRef<AbortController>(null);
  const id = useId();
  useEffect(() => setText(value), [value]);
  useEffect(() => () => asked.current?.abort(), []);
  useShortcuts([{ keys: '/', label: 'Filter', group: 'Table', run: () => input.current?.focus() }]);

  const close = () => {
    asked.current?.abort();
    setOptions([]);
  };
  const suggest = (next: string, caret: number) => {
    asked.current?.abort();
    const control = new AbortController();
    asked.current = control;
    setChosen(-1);
    if (!complete) return;
    const offer = (found: readonly FilterCompletion[]) => {
      if (!control.signal.aborted) setOptions(found);
    };
    // Without completions a filter can still be written.
    void Promise.resolve(complete(next, caret, control.signal)).then(offer, () => offer([]));
  };
  const accept = (option: FilterCompletion) => {
    const caret = input.current?.selectionStart ?? text.length;
    const next = text.slice(0, option.start) + option.text + text.slice(caret);
    const place = option.start + option.text.length;
    setText(next);
    close();
    requestAnimationFrame(() => {
      input.current?.setSelectionRange(place, place);
      if (option.kind !== 'earlier') suggest(next, place);
    });
  };
  const submit = (next: string) => {
    close();
    const meant = (normalise?.(next) ?? next).trim();
    setText(meant);
    if (historyKey !== undefined && meant !== '') remember(historyKey, meant);
    onSubmit(meant);
  };
  const use = (filter: string) => {
    setText(filter);
    input.current?.focus();
  };
  const offerHistory = () => {
    if (historyKey === undefined) return;
    asked.current?.abort();
    const earlier = readHistory(historyKey);
    setOptions(earlier.map((filter) => ({ text: filter, label: filter, kind: 'earlier', start: 0 })));
    setChosen(earlier.length > 0 ? 0 : -1);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const option = options[chosen];
    if (event.key === 'ArrowUp' && text === '' && chosen < 0) offerHistory();
    else if (event.key === 'ArrowDown' && options.length > 0) setChosen((chosen + 1) % options.length);
    else if (event.key === 'ArrowUp' && options.length > 0)
      setChosen(((chosen + options.length) % (options.length + 1)) - 1);
    else if ((event.key === 'Enter' || event.key === 'Tab') && option) accept(option);
    else if (event.key === 'Enter') submit(text);
    else if (event.key === 'Escape' && options.length > 0) close();
    else if (event.key === 'Escape') input.current?.blur();
    else return;
    event.preventDefault();
  };

  const fault =
    error instanceof ApiError && error.code === 'request/bad-filter' && text.trim() === value ? error : null;
  const isOpen = options.length > 0;
  return (
    <div className={classes.bar}>
      <div className={classes.field} data-invalid={fault !== null || undefined}>
        <IconFilter size={15} aria-hidden="true" className={classes.icon} />
        <div className={classes.text}>
          <input
            ref={input}
            className={classes.input}
            value={text}
            placeholder={placeholder}
            aria-label={label}
            aria-invalid={fault !== null}
            aria-describedby={fault ? `${id}-fault` : undefined}
            {...(complete
              ? comboboxProps(`${id}-options`, isOpen, chosen >= 0 ? `${id}-${chosen}` : undefined)
              : {})}
            autoComplete="off"
            autoCapitalize="off"
            spellCheck={false}
            onChange={(event) => {
              setText(event.target.value);
              suggest(event.target.value, event.target.selectionStart ?? event.target.value.length);
            }}
            onClick={(event) => suggest(text, event.currentTarget.selectionStart ?? text.length)}
            onKeyDown={onKeyDown}
            onBlur={close}
          />
          {complete ? (
            <div
              id={`${id}-options`}
              role="listbox"
              aria-label="Completions"
              className={classes.options}
              hidden={!isOpen}
            >
              {options.map((option, index) => (
                <div
                  key={`${option.kind} ${option.label}`}
                  id={`${id}-${index}`}
                  role="option"
                  aria-selected={index === chosen}
                  tabIndex={-1}
                  className={classes.option}
                  onMouseDown={(event) => {
                    event.preventDefault();
                    accept(option);
                  }}
                >
                  <span className="a-truncate">{option.label}</span>
                  <span className={classes.kind}>{option.kind}</span>
                </div>
              ))}
            </div>
          ) : null}
        </div>
        {text !== '' ? (
          <Tooltip label="Clear the filter">
            <ActionIcon size="sm" aria-label="Clear the filter" onClick={() => submit('')}>
              <IconX size={14} />
            </ActionIcon>
          </Tooltip>
        ) : (
          <span className={classes.key} aria-hidden="true">
            /
          </span>
        )}
        {help?.(use)}
      </div>
      {fault ? <FilterFault id={`${id}-fault`} fault={fault} text={value} /> : null}
    </div>
  );
}

function readHistory(key: string): string[] {
  try {
    const kept: unknown = JSON.parse(localStorage.getItem(key) ?? '[]');
    return Array.isArray(kept) ? kept.filter((each) => typeof each === 'string') : [];
  } catch {
    return [];
  }
}

function remember(key: string, filter: string): void {
  const kept = [filter, ...readHistory(key).filter((each) => each !== filter)].slice(0, HISTORY_LENGTH);
  localStorage.setItem(key, JSON.stringify(kept));
}

function comboboxProps(listId: string, isOpen: boolean, activeId: string | undefined) {
  return {
    role: 'combobox',
    'aria-expanded': isOpen,
    'aria-controls': listId,
    'aria-autocomplete': 'list',
    'aria-activedescendant': activeId,
  } as const;
}

/** The fault under its place: a caret at the offset the server gave, then its words. */
function FilterFault({ id, fault, text }: { id: string; fault: ApiError; text: string }) {
  const problem = fault.problems[0];
  const offset = Number(problem?.path);
  const hasPlace = problem !== undefined && problem.path !== '' && Number.isInteger(offset);
  return (
    <div id={id} className={classes.fault} role="alert">
      {hasPlace ? (
        <pre className={classes.place} aria-hidden="true">
          {`${' '.repeat(Math.min(offset, text.length))}^`}
        </pre>
      ) : null}
      <p className={classes.message}>
        {problem?.message ?? fault.message}
        {problem?.expected ? ` – expected ${problem.expected}` : ''}
        {hasPlace ? <span className="a-hidden">, at character {offset + 1}</span> : null}
      </p>
    </div>
  );
}
