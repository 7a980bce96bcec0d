import type { AutoCandidate, AutoReport, TrialRecord } from '../../../local-api/contract/index.ts';
import type { JobContext } from '../../jobs/index.ts';
import type { LivePoint } from '../live-metrics.ts';
import type { NestedRunMessage } from '../nested-runs.ts';
import { runParams } from '../run-params.ts';
import type { StudyJobInput } from '../study/study-job.ts';
import {
  trialAnswersFile,
  trialFile,
  trialStateTag,
  trialTitleTag,
  trialValuesTag,
} from '../study/trial-files.ts';
import { pointsOf, statusOf } from '../study/trial-teller.ts';
import type { TrainJobMessage } from '../train-job.ts';
import { validationFiles } from '../validation/validation-files.ts';
import type { Answers } from './held-out.ts';
import { candidateRecipe } from './portfolio.ts';

export type AutoTeller = {
  begins(trial: number, candidate: AutoCandidate): void;
  points(trial: number, points: LivePoint[]): void;
  ends(record: TrialRecord, answers: Answers | null): void;
  report(report: AutoReport): void;
};

/** Tells the host of the models of an automatic choice as runs below it, and of how it stands. */
export function autoTeller({ input, send }: JobContext<StudyJobInput>): AutoTeller {
  const tell = (message: NestedRunMessage): void => send(message);
  const keyOf = (trial: number): string => `trial ${trial + 1}`;
  return {
    begins(trial, candidate) {
      const { name: dataset, version } = input.dataset;
      const key = keyOf(trial);
      tell({
        type: 'nested',
        what: 'begins',
        key,
        name: `${key}: ${candidate.name}`,
        params: {
          ...runParams(candidateRecipe(input.recipe, candidate), { dataset, version }),
          trial: String(trial + 1),
        },
        tags: {
          [trialStateTag]: 'running',
          [trialTitleTag]: candidate.name,
          [trialValuesTag]: JSON.stringify(candidate.values).slice(0, 8000),
        },
      });
    },
    points: (trial, points) => tell({ type: 'nested', what: 'tells', key: keyOf(trial), points }),
    ends(record, answers) {
      tell({
        type: 'nested',
        what: 'ends',
        key: keyOf(record.trial),
        status: statusOf[record.state],
        points: pointsOf(record),
        params: {},
        tags: {
          [trialStateTag]: record.state,
          ...(record.error === null ? {} : { 'assay.error': record.error.slice(0, 8000) }),
        },
        files: { [trialFile]: `${JSON.stringify(record)}\n` },
        ...(answers === null ? {} : { blobs: { [trialAnswersFile]: bytesOf(answers) } }),
      });
    },
    report(report) {
      const text = `${JSON.stringify(report, null, 2)}\n`;
      send({ type: 'file', path: validationFiles.auto, text } satisfies TrainJobMessage);
    },
  };
}

function bytesOf(answers: Answers) {
  const all = Buffer.alloc(answers.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of answers) {
    all.set(new Uint8Array(part.buffer, part.byteOffset, part.byteLength), at);
    at += part.byteLength;
  }
  return new Uint8Array(all);
}
