import type { Problem } from '../../local-api/contract/index.ts';
import { AssayError } from '../errors.ts';
import { nearNames } from '../store/index.ts';

/** Gathers what is wrong with a recipe, so that a person hears all of it at once. */
export class RecipeFaults {
  readonly #problems: Problem[] = [];
  readonly #names: readonly string[];

  /** `names`: the columns of the data, to guess what was meant. */
  constructor(names: readonly string[]) {
    this.#names = names;
  }

  /** `path`: a JSON pointer into the recipe. */
  add(path: string, message: string, expected?: string): void {
    this.#problems.push({ path: `/recipe${path}`, message, ...(expected === undefined ? {} : { expected }) });
  }

  unknownColumn(path: string, name: string): void {
    const near = nearNames(name, this.#names);
    const hint = near.length > 0 ? `; did you mean ${near.map((n) => `"${n}"`).join(' or ')}?` : '';
    this.add(path, `the data has no column "${name}"${hint}`, 'a column of the dataset version');
  }

  throwIfAny(): void {
    if (this.#problems.length === 0) return;
    const [first] = this.#problems;
    const others = this.#problems.length - 1;
    const more = others > 0 ? ` (and ${others} more)` : '';
    throw new AssayError('training/bad-recipe', `${first?.path}: ${first?.message}${more}`, {
      problems: this.#problems,
    });
  }
}
