import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Gate, GateResult } from '../../local-api/contract/index.ts';
import { AssayError, messageOf } from '../errors.ts';
import type { JobContext } from '../jobs/index.ts';
import { readEvaluationRows, scoreRows, whyNotComparable } from './gates/evaluation-rows.ts';
import { judgeFacts } from './gates/fact-gates.ts';
import type { GateFacts } from './gates/gate-facts.ts';
import { judgeGolden, judgeLatency, measureLatency } from './gates/model-gates.ts';
import { championLimit, type Duel, judgeChampion, judgeSlices } from './gates/row-gates.ts';
import { titleOf } from './gates/titles.ts';
import { judged, skip, type Verdict } from './gates/verdict.ts';

export type GatesJobInput = {
  facts: GateFacts;
  candidate: Uint8Array;
  champion: Uint8Array | null;
  /** The predictions file of the training; null when there is none. */
  evaluation: Uint8Array | null;
};

export type GatesJobOutput = { gates: GateResult[]; seconds: number };

/**
 * Holds a version against every gate of a policy, whatever the others say: people want to see all that is wrong at once.
 * A gate that cannot be measured for a fault of the model fails; one that has nothing to measure is skipped.
 */
export async function run(context: JobContext<GatesJobInput>): Promise<GatesJobOutput> {
  const { input, signal, progress, log } = context;
  const startedAt = performance.now();
  const { gates: wanted } = input.facts.policy;
  const judge = await createJudge(context);
  const gates: GateResult[] = [];
  for (const gate of wanted) {
    signal.throwIfAborted();
    const title = titleOf(gate);
    progress(gates.length / wanted.length, title);
    const gateStartedAt = performance.now();
    const verdict = await judge(gate).catch((thrown: unknown) => {
      if (signal.aborted) throw thrown;
      return judged(false, '', '', `It could not be measured: ${messageOf(thrown)}`);
    });
    const seconds = (performance.now() - gateStartedAt) / 1000;
    gates.push({ kind: gate.kind, title, ...verdict, seconds });
    log(`${verdict.verdict}: ${title}. ${verdict.reason}`, verdict.verdict === 'fail' ? 'warn' : 'info');
  }
  return { gates, seconds: (performance.now() - startedAt) / 1000 };
}

const noRows = 'Its run keeps no predictions of its test rows.';

async function createJudge({ input, tmpDir, signal }: JobContext<GatesJobInput>) {
  const { facts, candidate } = input;
  const { signature } = facts.candidate;
  const path = join(tmpDir, 'evaluation.parquet');
  if (input.evaluation !== null) await writeFile(path, input.evaluation);
  const evaluation = input.evaluation === null ? null : { files: [path], targetSql: '"assay.truth"', signal };
  const classes = signature.classes ?? [];

  const scored = once(async () => {
    if (evaluation === null) throw new AssayError('internal', noRows);
    const table = await readEvaluationRows(evaluation, [signature]);
    return { table, rows: await scoreRows(candidate, signature, table, classes, signal) };
  });

  const duel = async (champion: NonNullable<GateFacts['champion']>, model: Uint8Array): Promise<Duel> => {
    if (evaluation === null) throw new AssayError('internal', noRows);
    const table = await readEvaluationRows(evaluation, [signature, champion.signature]);
    return {
      champion: {
        version: champion.version,
        rows: await scoreRows(model, champion.signature, table, classes, signal),
      },
      candidate: await scoreRows(candidate, signature, table, classes, signal),
    };
  };

  const againstChampion = async (gate: Extract<Gate, { kind: 'champion' }>): Promise<Verdict> => {
    const limit = championLimit(gate);
    const { champion, environment } = facts;
    if (champion === null || input.champion === null)
      return skip(`No version to compare with is in ${environment} yet.`, limit);
    if (evaluation === null) return skip(noRows, limit);
    const why = whyNotComparable(champion.signature, signature);
    if (why !== null) return skip(`It cannot be compared with ${champion.version}: ${why}.`, limit);
    const own = new Set(signature.inputs.map(({ name }) => name));
    const lacking = champion.signature.inputs.filter(({ name }) => !own.has(name)).map(({ name }) => name);
    if (lacking.length > 0)
      return skip(`The test rows lack what ${champion.version} needs: ${lacking.join(', ')}.`, limit);
    return judgeChampion(gate, await duel(champion, input.champion), signal);
  };

  return async (gate: Gate): Promise<Verdict> => {
    switch (gate.kind) {
      case 'champion':
        return againstChampion(gate);
      case 'latency':
        return judgeLatency(gate, await measureLatency(candidate, signature, signal));
      case 'golden':
        return evaluation === null ? skip(noRows) : judgeGolden(gate, candidate, signature, path);
      case 'slices': {
        if (evaluation === null) return skip(noRows);
        const { table, rows } = await scored();
        return judgeSlices(gate, rows, table, signature);
      }
      default:
        return judgeFacts(gate, facts);
    }
  };
}

/** The same promise for every caller. */
function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | null = null;
  return () => {
    made ??= make();
    return made;
  };
}
