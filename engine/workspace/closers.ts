export type Closers = {
  add(name: string, close: () => void | Promise<void>): void;
  /** Runs every step, last added first, even when one fails; each failure is told. */
  run(onFailure: (name: string, thrown: unknown) => void): Promise<void>;
};

/** What to undo when opening fails halfway, and when the workspace closes. */
export function createClosers(): Closers {
  const steps: { name: string; close: () => void | Promise<void> }[] = [];
  return {
    add: (name, close) => {
      steps.push({ name, close });
    },
    async run(onFailure) {
      for (const { name, close } of steps.splice(0).reverse()) {
        try {
          await close();
        } catch (thrown) {
          onFailure(name, thrown);
        }
      }
    },
  };
}
