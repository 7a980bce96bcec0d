import type { CardField, ReleasePolicy, Signature } from '../../../local-api/contract/index.ts';

/** What the gates need to know of a version. */
export type JudgedVersion = {
  version: string;
  digest: string;
  sizeBytes: number;
  signature: Signature;
};

/**
 * Everything that the verdicts of a gate report are made of, less the bytes that its digests name. Equal facts give equal
 * verdicts (but for the time that a prediction takes), so a report holds for as long as they stay the same.
 */
export type GateFacts = {
  environment: string;
  policy: ReleasePolicy;
  candidate: JudgedVersion & {
    metrics: Record<string, number>;
    /** Fields of the card that are filled in. */
    cardFields: CardField[];
  };
  /** What is in the environment; null when nothing is, or when it has no ONNX file. */
  champion: JudgedVersion | null;
  /** The version in the environment, whatever it is. */
  occupant: string | null;
  /** Digest of the test rows that the training of the candidate kept; null when there are none. */
  evaluation: string | null;
  /** The newest drift report on the data of the training. */
  drift: { reportId: string; drifted: number; total: number; current: string } | null;
  /** The newest check of the data of the training. */
  dataCheck: { validationId: string; name: string; failed: number; warned: number; unknown: number } | null;
  approvals: string[];
  /** Environments that the version was promoted to before. */
  visited: string[];
};
