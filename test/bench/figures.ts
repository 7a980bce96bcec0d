/** A figure, and whether more is better. Rows of both sides are matched by name. */
export type Figure = { name: string; unit: string; value: number; moreIsBetter: boolean };

/** Takes figures one after the other; one that cannot be taken is told on stderr and left out. */
export type FigureTaker = {
  /** Calls a second, bytes a second: more is better. */
  rate(name: string, unit: string, work: () => Promise<number>): Promise<void>;
  /** Milliseconds, megabytes: less is better. */
  cost(name: string, unit: string, work: () => Promise<number>): Promise<void>;
  figures: Figure[];
};

/** A taker of figures that tells each on stderr under the name of its side. */
export function takeFigures(side: string): FigureTaker {
  const figures: Figure[] = [];
  const take = async (name: string, unit: string, moreIsBetter: boolean, work: () => Promise<number>) => {
    try {
      const value = await work();
      figures.push({ name, unit, value, moreIsBetter });
      console.error(`${side}: ${name}: ${value.toPrecision(4)} ${unit}`);
    } catch (thrown) {
      console.error(`${side}: ${name}: ${thrown instanceof Error ? thrown.message : String(thrown)}`);
    }
  };
  return {
    rate: (name, unit, work) => take(name, unit, true, work),
    cost: (name, unit, work) => take(name, unit, false, work),
    figures,
  };
}
