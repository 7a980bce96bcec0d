import { z } from 'zod';
import { AutoTrainer, type RecipeInput } from '../contract/index.ts';
import { exitCodes } from './exit-codes.ts';
import { CommandFailure } from './failure.ts';

export type AutoOptions = {
  auto?: boolean;
  budget?: string;
  metric?: string;
  /** Kinds of models to try, where they were named. */
  trainers: readonly string[] | null;
};

/** `auto` of a recipe by the options of a command; undefined without `--auto`. */
export function autoOption({ auto, budget, metric, trainers }: AutoOptions): RecipeInput['auto'] {
  if (auto !== true) {
    const named = budget !== undefined ? '--budget' : metric !== undefined ? '--metric' : null;
    if (named === null) return undefined;
    throw usage(`${named} goes with --auto.`, 'assay train --auto --budget 5m -d DATASET -t TARGET');
  }
  const kinds = z
    .array(AutoTrainer)
    .min(1)
    .optional()
    .safeParse(trainers ?? undefined);
  if (!kinds.success) {
    throw usage(
      `--auto cannot choose among "${trainers?.join(', ')}".`,
      `Trainers: ${AutoTrainer.options.join(', ')}.`,
    );
  }
  return {
    ...(budget === undefined ? {} : { budgetSeconds: secondsOf(budget) }),
    ...(metric === undefined ? {} : { metric }),
    ...(kinds.data === undefined ? {} : { trainers: kinds.data }),
  };
}

const units = { s: 1, m: 60, h: 3600 } as const;

/** Seconds of `90`, `90s`, `5m` or `1.5h`. */
function secondsOf(text: string): number {
  const [, number, unit = 's'] = /^(\d+(?:\.\d+)?)\s*([smh])?$/.exec(text.trim()) ?? [];
  if (number === undefined) throw usage(`"${text}" is no length of time.`, 'Write 90s, 5m or 1.5h.');
  const factor = unit === 'm' || unit === 'h' ? units[unit] : units.s;
  return Math.round(Number(number) * factor);
}

function usage(message: string, hint: string): CommandFailure {
  return new CommandFailure('usage', message, hint, exitCodes.usage);
}
