/**
 * What a node's rows add up to: for classes the weight of each, for numbers the weight and the weighted sum of the targets.
 * `purity` of these sums is larger the more alike the rows are; a split gains what its sides have more than the node.
 */
export type Purity = {
  /** How many sums a node has. */
  width: number;
  isClasses: boolean;
  purity(sums: Float64Array): number;
};

/**
 * Adds a row to the sums that begin at `at`: its weight to that of its class, or its weight and its weighted target. The one
 * place that says what sums are; small, so that the hot loops take it in.
 */
export function addRow(sums: Float64Array, at: number, isClasses: boolean, y: number, weight: number): void {
  if (isClasses) {
    sums[at + y] = (sums[at + y] as number) + weight;
  } else {
    sums[at] = (sums[at] as number) + weight;
    sums[at + 1] = (sums[at + 1] as number) + weight * y;
  }
}

/** For the squared error: (Σ w·y)² / Σ w, which is Σ w·y² less the error around the mean (Breiman et al. 1984). */
const squaredError: Purity = {
  width: 2,
  isClasses: false,
  purity(sums) {
    const weight = sums[0] as number;
    const sum = sums[1] as number;
    return weight > 0 ? (sum * sum) / weight : 0;
  },
};

/** Σ w_c² / Σ w: the weight less what the Gini impurity takes of it. */
function gini(classes: number): Purity {
  return {
    width: classes,
    isClasses: true,
    purity(sums) {
      let weight = 0;
      let squares = 0;
      for (let c = 0; c < classes; c++) {
        const own = sums[c] as number;
        weight += own;
        squares += own * own;
      }
      return weight > 0 ? squares / weight : 0;
    },
  };
}

/** Σ w_c · log₂ w_c − Σ w · log₂ Σ w: the entropy of all rows, negative. */
function entropy(classes: number): Purity {
  return {
    width: classes,
    isClasses: true,
    purity(sums) {
      let weight = 0;
      let total = 0;
      for (let c = 0; c < classes; c++) {
        const own = sums[c] as number;
        if (own <= 0) continue;
        weight += own;
        total += own * Math.log2(own);
      }
      return weight > 0 ? total - weight * Math.log2(weight) : 0;
    },
  };
}

/** How alike rows are: of `classes` classes, or of numbers when that is 0. */
export function purityOf(criterion: 'gini' | 'entropy', classes: number): Purity {
  if (classes === 0) return squaredError;
  return criterion === 'gini' ? gini(classes) : entropy(classes);
}
