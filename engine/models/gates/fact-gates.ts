import { CardField, type Gate } from '../../../local-api/contract/index.ts';
import { breakingChanges } from '../signature-changes.ts';
import type { GateFacts } from './gate-facts.ts';
import { isWithin, judged, limitsText, megabytes, number, skip, type Verdict } from './verdict.ts';

/** Gates that are judged by what is known already. */
export type FactGate = Exclude<Gate, { kind: 'champion' | 'latency' | 'slices' | 'golden' }>;

/** Judges a gate from the facts alone. */
export function judgeFacts(gate: FactGate, facts: GateFacts): Verdict {
  switch (gate.kind) {
    case 'metric':
      return judgeMetric(gate, facts);
    case 'size':
      return judgeSize(gate, facts);
    case 'drift':
      return judgeDrift(gate, facts);
    case 'data-validation':
      return judgeDataCheck(gate, facts);
    case 'card':
      return judgeCard(gate, facts);
    case 'signature':
      return judgeSignature(facts);
    case 'approvals':
      return judgeApprovals(gate, facts);
    case 'environment': {
      const was = facts.visited.includes(gate.environment);
      const reason = was
        ? `It was promoted to ${gate.environment} before.`
        : `It has never been promoted to ${gate.environment}.`;
      return judged(was, facts.visited.join(', ') || 'none', gate.environment, reason);
    }
  }
}

type GateOf<K extends Gate['kind']> = Extract<Gate, { kind: K }>;

function judgeMetric(gate: GateOf<'metric'>, { candidate }: GateFacts): Verdict {
  const limit = limitsText(gate);
  const value = candidate.metrics[gate.metric];
  if (value === undefined) {
    const known = Object.keys(candidate.metrics).sort().join(', ') || 'none';
    return judged(false, '', limit, `The version has no metric "${gate.metric}"; it has ${known}.`);
  }
  const isFine = isWithin(value, gate);
  return judged(isFine, number(value), limit, `${gate.metric} is ${number(value)}; asked for: ${limit}.`);
}

function judgeSize({ maxBytes }: GateOf<'size'>, { candidate: { sizeBytes } }: GateFacts): Verdict {
  const [measured, limit] = [megabytes(sizeBytes), megabytes(maxBytes)];
  return judged(sizeBytes <= maxBytes, measured, `at most ${limit}`, `The ONNX file has ${measured}.`);
}

function judgeDrift({ maxShare }: GateOf<'drift'>, { drift }: GateFacts): Verdict {
  const limit = `at most ${number(100 * maxShare)} % of the columns`;
  if (drift === null) {
    return skip(
      'No drift report compares anything with the data that the version was trained on; of an imported version they are not known.',
      limit,
    );
  }
  const { drifted, total, current } = drift;
  const share = total === 0 ? 0 : drifted / total;
  const reason = `${drifted} of ${total} columns of ${current} drifted away from the training data.`;
  return judged(share <= maxShare, `${number(100 * share)} %`, limit, reason);
}

function judgeDataCheck({ warnings }: GateOf<'data-validation'>, { dataCheck }: GateFacts): Verdict {
  const limit = warnings === 'allow' ? 'no rule broken' : 'no rule broken and no warning';
  if (dataCheck === null) {
    return skip(
      'The data that the version was trained on have not been checked by a schema; of an imported version they are not known.',
      limit,
    );
  }
  const { name, failed, warned, unknown } = dataCheck;
  const doubts = warned + unknown;
  const measured = `${failed} broken, ${doubts} warnings`;
  const reason =
    failed + doubts === 0
      ? `${name} keeps every rule of its schema.`
      : `${name} breaks ${failed} rules of its schema and ${warned} that only warn; ${unknown} could not be judged.`;
  return judged(failed === 0 && (warnings === 'allow' || doubts === 0), measured, limit, reason);
}

function judgeCard(gate: GateOf<'card'>, { candidate: { cardFields } }: GateFacts): Verdict {
  const all = CardField.options;
  const share = cardFields.length / all.length;
  const missing = all.filter((field) => !cardFields.includes(field));
  const lacking = gate.required.filter((field) => missing.includes(field));
  const limit = [
    `at least ${number(100 * gate.minCompleteness)} %`,
    ...(gate.required.length > 0 ? [`with ${gate.required.join(', ')}`] : []),
  ].join(' ');
  const reason = missing.length === 0 ? 'Every field is filled in.' : `Missing: ${missing.join(', ')}.`;
  const isFine = share >= gate.minCompleteness && lacking.length === 0;
  return judged(isFine, `${number(100 * share)} %`, limit, reason);
}

function judgeSignature({ candidate, champion, environment }: GateFacts): Verdict {
  const limit = 'callers go on as they are';
  if (champion === null) return skip(`No version with a signature is in ${environment} yet.`, limit);
  const changes = breakingChanges(champion.signature, candidate.signature);
  if (changes.length === 0) {
    return judged(true, 'fits', limit, `Requests for ${champion.version} can be sent to it unchanged.`);
  }
  const reason = `Callers of ${champion.version} would have to change: ${changes.join('; ')}.`;
  return judged(false, `${changes.length} breaking`, limit, reason);
}

function judgeApprovals({ count, by }: GateOf<'approvals'>, { approvals }: GateFacts): Verdict {
  const counting = by.length === 0 ? approvals : approvals.filter((name) => by.includes(name));
  const limit = `${count} of ${by.length === 0 ? 'anybody' : by.join(', ')}`;
  const reason =
    counting.length === 0 ? 'Nobody who counts has approved it.' : `Approved by ${counting.join(', ')}.`;
  return judged(counting.length >= count, String(counting.length), limit, reason);
}
