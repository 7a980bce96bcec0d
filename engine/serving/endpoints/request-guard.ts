import {
  type BrokenExample,
  type Cell,
  type EndpointPredictRequest,
  type EndpointValidation,
  type Problem,
  type RequestRule,
  type RequestValidation,
  stableRefOf,
} from '../../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../../errors.ts';
import type { EventBus } from '../../events/index.ts';
import type { Clock, Logger } from '../../system/index.ts';
import { armsOf } from './choose-arm.ts';
import type { Entry } from './endpoint-book.ts';
import { redactedCell } from './redact.ts';

/** A row that breaks a rule, by the place of the rule; `row` and `column` are null where it is not about one. */
type Broken = { rule: number; row: number | null; column: string | null; cell: Cell };

/** What the requests of a model are held against. */
export type RequestChecks = {
  schema: { dataset: string; version: number };
  /** Why it is this schema. */
  why: string;
  rules: readonly Omit<RequestRule, 'broken' | 'lastAtMs' | 'examples'>[];
  leftOut: EndpointValidation['leftOut'];
  /** `counts` say of each rule how many rows break it, `broken` are the first of them; `faults` is how often rules that refuse are broken. */
  check(
    request: EndpointPredictRequest,
  ): Promise<{ broken: readonly Broken[]; counts: ArrayLike<number>; faults: number }>;
};

/** Finds what the requests of a version are held against. Errors: `endpoints/no-schema` and those of schemas. */
export type FindChecks = (ref: string, schema: RequestValidation['schema']) => Promise<RequestChecks>;

/** What a check of a request came to, for metrics. */
export type CheckObservation = {
  endpoint: string;
  outcome: 'kept' | 'broken' | 'refused';
  broken: { rule: string; rows: number }[];
};

type Found = { checks: RequestChecks | null; why: string };
type Tally = {
  key: string;
  sinceMs: number;
  requests: number;
  broken: number;
  refused: number;
  rules: { broken: number; lastAtMs: number | null; examples: BrokenExample[] }[];
  /** What the last event told of. */
  told: { atMs: number; requests: number; broken: number; refused: number };
};

const EXAMPLES = 5;
/** Events that tell of broken requests come no more often. */
const TELL_MS = 60_000;

export type RequestGuard = {
  /** Errors: `predictions/breaks-schema` with every fault, where the endpoint refuses. */
  check(entry: Entry, request: EndpointPredictRequest, requestId: string): Promise<void>;
  read(entry: Entry): Promise<EndpointValidation>;
  /** Refuses settings that no schema can be found for: `endpoints/no-schema`. */
  prove(settings: Entry['settings']): Promise<void>;
  onCheck(listener: (observation: CheckObservation) => void): void;
  /** Looks for the schemas anew: a model, a dataset or a schema has changed. */
  forget(): void;
  /** Tells of endpoints whose requests have broken rules since it was last told of them. */
  tell(): void;
};

/**
 * Holds the rows of requests against a schema before a version is asked. What it counts is held in memory and begins anew with
 * the engine, or another schema.
 */
export function createRequestGuard(options: {
  findChecks: FindChecks;
  events: Pick<EventBus, 'emit'>;
  clock: Clock;
  logger: Logger;
}): RequestGuard {
  const { findChecks, events, clock, logger } = options;
  const found = new Map<string, Promise<Found>>();
  const tallies = new Map<number, { entry: Entry; tally: Tally }>();
  const listeners: ((observation: CheckObservation) => void)[] = [];

  const find = (entry: Entry): Promise<Found> => {
    const { route, validation } = entry.settings;
    const ref = refOf(route);
    const key = JSON.stringify([ref, validation.schema]);
    const known = found.get(key);
    if (known !== undefined) return known;
    const finding = findChecks(ref, validation.schema).then(
      (checks) => ({ checks, why: checks.why }),
      (thrown: unknown) => {
        logger.warn({ endpoint: entry.name, error: messageOf(thrown) }, 'requests are not checked');
        return { checks: null, why: messageOf(thrown) };
      },
    );
    found.set(key, finding);
    return finding;
  };

  const tallyOf = (entry: Entry, { schema, rules }: RequestChecks): Tally => {
    const key = JSON.stringify([schema, rules.length]);
    const known = tallies.get(entry.id)?.tally;
    if (known?.key === key) return known;
    const sinceMs = clock.nowMs();
    const tally: Tally = {
      ...{ key, sinceMs, requests: 0, broken: 0, refused: 0 },
      rules: rules.map(() => ({ broken: 0, lastAtMs: null, examples: [] })),
      told: { atMs: 0, requests: 0, broken: 0, refused: 0 },
    };
    tallies.set(entry.id, { entry, tally });
    return tally;
  };

  return {
    async check(entry, request, requestId) {
      const { mode } = entry.settings.validation;
      if (mode === 'off') return;
      const { checks } = await find(entry);
      if (checks === null) return;
      const { broken, counts, faults } = await checks.check(request);
      const tally = tallyOf(entry, checks);
      tally.requests += 1;
      const isRefused = mode === 'reject' && faults > 0;
      const outcome = isRefused ? 'refused' : broken.length > 0 ? 'broken' : 'kept';
      if (outcome !== 'kept') tally.broken += 1;
      if (outcome === 'refused') tally.refused += 1;
      note(tally, { entry, broken, counts, requestId, atMs: clock.nowMs() });
      for (const listener of listeners)
        listener({ endpoint: entry.name, outcome, broken: brokenRules(checks, counts) });
      if (isRefused) throw refusal(checks, request, broken, faults);
    },

    async read(entry) {
      const { mode } = entry.settings.validation;
      const nothing = { rules: [], leftOut: [], requests: 0, broken: 0, refused: 0, sinceMs: clock.nowMs() };
      if (mode === 'off') return { mode, schema: null, why: 'Requests are not checked.', ...nothing };
      const { checks, why } = await find(entry);
      if (checks === null) return { mode, schema: null, why, ...nothing };
      const { sinceMs, requests, broken, refused, rules } = tallyOf(entry, checks);
      return {
        ...{ mode, schema: checks.schema, why, sinceMs, requests, broken, refused },
        rules: checks.rules.map((rule, index) => ({
          ...rule,
          ...(rules[index] ?? { broken: 0, lastAtMs: null, examples: [] }),
        })),
        leftOut: checks.leftOut,
      };
    },

    async prove({ route, validation }) {
      if (validation.mode !== 'off') await findChecks(refOf(route), validation.schema);
    },

    onCheck(listener) {
      listeners.push(listener);
    },

    forget() {
      found.clear();
    },

    tell() {
      const atMs = clock.nowMs();
      for (const { entry, tally } of tallies.values()) {
        const { requests, broken, refused, told } = tally;
        if (broken === told.broken || atMs - told.atMs < TELL_MS) continue;
        const since = {
          requests: requests - told.requests,
          broken: broken - told.broken,
          refused: refused - told.refused,
        };
        tally.told = { atMs, requests, broken, refused };
        events.emit(
          {
            type: 'endpoint.requests-broken',
            data: { endpoint: entry.name, ...since, refusedShare: since.refused / since.requests },
          },
          {
            text: `${since.broken} of ${since.requests} requests of ${entry.name} broke the schema${since.refused > 0 ? `, ${since.refused} were refused` : ''}`,
            link: `/endpoints/${entry.name}?tab=checks`,
          },
        );
      }
    },
  };
}

/** What answers most, or is compared with: its training says what requests should be like. */
function refOf(route: Entry['settings']['route']): string {
  return stableRefOf(route) ?? armsOf(route)[0]?.ref ?? '';
}

function brokenRules({ rules }: RequestChecks, counts: ArrayLike<number>): CheckObservation['broken'] {
  return rules.flatMap(({ ruleId }, index) => {
    const rows = counts[index] ?? 0;
    return rows === 0 ? [] : [{ rule: ruleId, rows }];
  });
}

function note(
  tally: Tally,
  seen: {
    entry: Entry;
    broken: readonly Broken[];
    counts: ArrayLike<number>;
    requestId: string;
    atMs: number;
  },
): void {
  const { entry, broken, counts, requestId, atMs } = seen;
  for (const [index, rule] of tally.rules.entries()) {
    const rows = counts[index] ?? 0;
    if (rows === 0) continue;
    rule.broken += rows;
    rule.lastAtMs = atMs;
  }
  const { redact } = entry.settings.log;
  for (const { rule, row, column, cell } of broken) {
    const examples = tally.rules[rule]?.examples;
    if (examples === undefined || examples[0]?.requestId === requestId) continue;
    // Of a column that nobody knows the name says more than the values.
    const value = column === null || row === null ? column : redactedCell(column, cell, redact, entry.name);
    examples.unshift({ requestId, atMs, row: row ?? 0, value });
    examples.length = Math.min(examples.length, EXAMPLES);
  }
}

function refusal(
  { rules, schema }: RequestChecks,
  request: EndpointPredictRequest,
  broken: readonly Broken[],
  faults: number,
): AssayError {
  const problems = broken.flatMap((one): Problem[] => {
    const rule = rules[one.rule];
    if (rule === undefined || !rule.refuses) return [];
    const { kind, expected } = rule;
    return [{ path: pathOf(request, one), message: messageOfBroken(one, kind), expected }];
  });
  const [first] = problems;
  const others = faults - 1;
  return new AssayError(
    'predictions/breaks-schema',
    `${first?.path}: ${first?.message}, expected ${first?.expected}${others === 0 ? '' : ` (and ${others} more)`}; by schema ${schema.version} of ${schema.dataset}`,
    { problems },
  );
}

function messageOfBroken({ column, cell, row }: Broken, kind: string): string {
  if (kind === 'extra-columns') return `the column "${column}" is not known`;
  if (column === null) return 'the row breaks the condition';
  if (row === null) return `the column "${column}" is absent`;
  if (cell === null) return `"${column}" is missing`;
  const text = JSON.stringify(cell);
  return `"${column}" is ${text.length > 60 ? `${text.slice(0, 57)}…` : text}`;
}

/** RFC 6901, as for rows that do not fit the model. */
function pathOf({ rows }: EndpointPredictRequest, { row, column }: Broken): string {
  const name = column === null ? null : column.replaceAll('~', '~0').replaceAll('/', '~1');
  const base = rows === undefined ? '/columns' : '/rows';
  if (name === null) return `${base}/${row ?? 0}`;
  if (row === null) return `${base}/${name}`;
  return rows === undefined ? `${base}/${name}/${row}` : `${base}/${row}/${name}`;
}
