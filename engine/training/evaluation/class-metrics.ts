import { calibrationBins, calibrationError } from './calibration.ts';
import { type MetricPart, type MetricSet, metricSet } from './metric-set.ts';
import { type RankedRows, rankFigures, rankRows } from './rank-figures.ts';

export type ClassificationAnswers = {
  classes: readonly string[];
  /** With two classes, the one that counts as positive; else null. */
  positive: string | null;
  /** Class index a row; −1: a class that the model does not know. */
  truth: Int32Array;
  /** Class index that the model gave as its label. */
  labels: Int32Array;
  /** Row-major [rows, classes]. */
  probabilities: Float32Array;
};

/** A probability of 0 for what happened would make the log loss infinite. */
const MIN_PROBABILITY = 1e-15;

/** Beyond so many classes the orders by score are not kept. */
const MOST_KEPT_ORDERS = 20;

export type ClassMetricsUse = {
  /** Only the metrics that are measured together with this one. */
  wanted?: string;
  /** For many measurements: leaves out what would take long, AUC and average precision of more than 20 classes. */
  isRepeated?: boolean;
};

/**
 * The metrics of a classifier, defined as in scikit-learn. Two classes: precision, recall, F1, specificity, AUC, average
 * precision and Brier score of the positive class, calibration error of its probability. More: means over the classes that
 * occur (AUC and average precision: one against the rest), `f1_weighted` by rows, the share of rows whose truth is among
 * the most probable classes, Brier summed over classes, calibration error of the answered class.
 * A measurement costs O(rows · classes), beyond 20 classes O(rows · classes · log rows).
 */
export function classMetrics(
  answers: ClassificationAnswers,
  { wanted, isRepeated = false }: ClassMetricsUse = {},
): MetricSet {
  const { classes, positive, truth, labels } = answers;
  const c = positive === null ? -1 : classes.indexOf(positive);
  const keepsOrders = classes.length <= MOST_KEPT_ORDERS || wanted !== undefined;
  const isTooMuch = isRepeated && !keepsOrders;
  return metricSet(
    [
      ...(c >= 0 ? [positiveRanking(answers, c)] : isTooMuch ? [] : [classRankings(answers, keepsOrders)]),
      confusionMetrics(truth, labels, classes.length, c),
      lossMetrics(answers, c),
      calibrationMetric(answers, c),
    ],
    wanted,
  );
}

/** The probability of a class, row by row. */
export function probabilitiesOf(
  { probabilities, classes, truth }: ClassificationAnswers,
  c: number,
): Float64Array {
  const k = classes.length;
  const own = new Float64Array(truth.length);
  for (let i = 0, at = c; i < own.length; i++, at += k) own[i] = probabilities[at] as number;
  return own;
}

/** −log of the probability given to what happened, row by row. */
export function logLosses({ truth, probabilities, classes }: ClassificationAnswers): Float64Array {
  const k = classes.length;
  const losses = new Float64Array(truth.length);
  for (let i = 0; i < losses.length; i++) {
    const label = truth[i] as number;
    const own = label < 0 ? 0 : (probabilities[i * k + label] as number);
    losses[i] = -Math.log(Math.max(own, MIN_PROBABILITY));
  }
  return losses;
}

function lossMetrics(answers: ClassificationAnswers, positive: number): MetricPart {
  const k = answers.classes.length;
  const depths = [...(k > 2 && k <= 5 ? [2] : []), ...(k > 5 ? [3] : []), ...(k > 10 ? [5] : [])];
  return {
    names: ['log_loss', 'brier', ...depths.map((depth) => `top_${depth}_accuracy`)],
    prepare() {
      const losses = logLosses(answers);
      const squares = squaredDistances(answers, positive);
      const places = depths.length > 0 ? placesOfTruth(answers) : new Int32Array(0);
      return (weights) => {
        let [loss, square, total] = [0, 0, 0];
        for (let i = 0; i < losses.length; i++) {
          const weight = weights[i] as number;
          total += weight;
          loss += weight * (losses[i] as number);
          square += weight * (squares[i] as number);
        }
        const hits = depths.map((depth) => {
          let sum = 0;
          for (let i = 0; i < places.length; i++)
            if ((places[i] as number) < depth) sum += weights[i] as number;
          return sum;
        });
        return Float64Array.of(loss, square, ...hits).map((sum) => sum / total);
      };
    },
  };
}

/** Squared distance of the probabilities from the truth: of the positive class, or summed over all. */
function squaredDistances(
  { truth, probabilities, classes }: ClassificationAnswers,
  positive: number,
): Float64Array {
  const k = classes.length;
  const squares = new Float64Array(truth.length);
  const [first, last] = positive >= 0 ? [positive, positive] : [0, k - 1];
  for (let i = 0; i < squares.length; i++) {
    const label = truth[i] as number;
    let sum = 0;
    for (let c = first; c <= last; c++) {
      const distance = (probabilities[i * k + c] as number) - (c === label ? 1 : 0);
      sum += distance * distance;
    }
    squares[i] = sum;
  }
  return squares;
}

/** How many classes come before the truth by probability; among equal ones the later class first, as scikit-learn has it. */
function placesOfTruth({ truth, probabilities, classes }: ClassificationAnswers): Int32Array {
  const k = classes.length;
  return truth.map((label, i) => {
    if (label < 0) return k;
    const own = probabilities[i * k + label] as number;
    let before = 0;
    for (let c = 0; c < k; c++) {
      const other = probabilities[i * k + c] as number;
      if (other > own || (other === own && c > label)) before++;
    }
    return before;
  });
}

const ofPositive = [
  'accuracy',
  'balanced_accuracy',
  'f1',
  'precision',
  'recall',
  'specificity',
  'mcc',
  'kappa',
];
const ofClasses = [
  'accuracy',
  'balanced_accuracy',
  'f1',
  'f1_weighted',
  'precision',
  'recall',
  'mcc',
  'kappa',
];

function confusionMetrics(truth: Int32Array, labels: Int32Array, k: number, positive: number): MetricPart {
  return {
    names: positive >= 0 ? ofPositive : ofClasses,
    prepare() {
      // Place k is for what is no class of the model.
      const known = (label: number) => (label < 0 ? k : label);
      const cells = truth.map((label, i) => known(label) * (k + 1) + known(labels[i] as number));
      const counts = new Float64Array((k + 1) * (k + 1));
      return (weights) => {
        counts.fill(0);
        for (let i = 0; i < cells.length; i++) {
          const cell = cells[i] as number;
          counts[cell] = (counts[cell] as number) + (weights[i] as number);
        }
        const figures = confusionFigures(counts, k, k + 1);
        return positive >= 0 ? figuresOfPositive(figures, positive) : figuresOfClasses(figures);
      };
    },
  };
}

type ConfusionFigures = ReturnType<typeof confusionFigures>;

/** In the order of `ofPositive`. What asks for a class that occurs nowhere is not defined. */
function figuresOfPositive(figures: ConfusionFigures, positive: number): Float64Array {
  const { accuracy, balanced, mcc, kappa, total } = figures;
  const { hits, actual, answered, f1, precision, recall } = figures.classes[positive] as ClassCounts;
  const others = total - actual;
  const specificity = others > 0 ? (others - (answered - hits)) / others : Number.NaN;
  const occurs = actual + answered > 0;
  const detection = occurs ? [f1, precision, recall] : [Number.NaN, Number.NaN, Number.NaN];
  return Float64Array.of(accuracy, balanced, ...detection, specificity, mcc, kappa);
}

/** In the order of `ofClasses`: means over the classes that occur. */
function figuresOfClasses({
  accuracy,
  balanced,
  mcc,
  kappa,
  total,
  classes,
}: ConfusionFigures): Float64Array {
  const occurring = classes.filter(({ actual, answered }) => actual + answered > 0);
  const mean = (value: (figures: ClassCounts) => number) =>
    occurring.reduce((sum, one) => sum + value(one), 0) / occurring.length;
  return Float64Array.of(
    accuracy,
    balanced,
    mean(({ f1 }) => f1),
    occurring.reduce((sum, one) => sum + one.f1 * one.actual, 0) / total,
    mean(({ precision }) => precision),
    mean(({ recall }) => recall),
    mcc,
    kappa,
  );
}

export type ClassCounts = {
  hits: number;
  actual: number;
  answered: number;
  /** 0 where there is nothing to divide by. */
  precision: number;
  recall: number;
  f1: number;
};

/** Figures of a confusion matrix, row-major [truths, answers], of whose rows and columns the first k are classes. O(k²). */
export function confusionFigures(counts: ArrayLike<number>, k: number, width = k) {
  const actual = new Float64Array(k);
  const answered = new Float64Array(k);
  let total = 0;
  let right = 0;
  for (let cell = 0; cell < counts.length; cell++) {
    const count = counts[cell] as number;
    const [truth, answer] = [Math.floor(cell / width), cell % width];
    total += count;
    if (answer < k) answered[answer] = (answered[answer] as number) + count;
    if (truth < k) actual[truth] = (actual[truth] as number) + count;
    if (truth === answer && truth < k) right += count;
  }
  const classes = Array.from({ length: k }, (_, c): ClassCounts => {
    const [hits, a, b] = [counts[c * width + c] as number, actual[c] as number, answered[c] as number];
    return {
      hits,
      actual: a,
      answered: b,
      precision: b > 0 ? hits / b : 0,
      recall: a > 0 ? hits / a : 0,
      f1: a + b > 0 ? (2 * hits) / (a + b) : 0,
    };
  });
  const inTruth = classes.filter((one) => one.actual > 0);
  const dot = (x: Float64Array, y: Float64Array) =>
    x.reduce((sum, value, i) => sum + value * (y[i] as number), 0);
  const byChance = dot(actual, answered);
  const spread = Math.sqrt((total * total - dot(answered, answered)) * (total * total - dot(actual, actual)));
  return {
    total,
    classes,
    accuracy: right / total,
    balanced: inTruth.reduce((sum, { recall }) => sum + recall, 0) / inTruth.length,
    // Gorodkin 2004; 0 where one side does not vary.
    mcc: spread > 0 ? (right * total - byChance) / spread : 0,
    kappa: (right * total - byChance) / (total * total - byChance),
  };
}

function positiveRanking(answers: ClassificationAnswers, c: number): MetricPart {
  return {
    names: ['auc', 'average_precision'],
    prepare() {
      const ranked = rankRows(probabilitiesOf(answers, c), (row) => answers.truth[row] === c);
      return (weights) => {
        const { auc, averagePrecision } = rankFigures(ranked, weights);
        return Float64Array.of(auc, averagePrecision);
      };
    },
  };
}

/** Means over the classes for which they are defined, each against the rest. */
function classRankings(answers: ClassificationAnswers, keepsOrders: boolean): MetricPart {
  const k = answers.classes.length;
  const rank = (c: number) => rankRows(probabilitiesOf(answers, c), (row) => answers.truth[row] === c);
  const kept: (RankedRows | undefined)[] = [];
  return {
    names: ['auc', 'average_precision'],
    prepare: () => (weights) => {
      const sums = { auc: 0, averagePrecision: 0, of: 0 };
      for (let c = 0; c < k; c++) {
        const ranked = kept[c] ?? rank(c);
        if (keepsOrders) kept[c] = ranked;
        const { auc, averagePrecision } = rankFigures(ranked, weights);
        if (Number.isNaN(auc)) continue;
        sums.auc += auc;
        sums.averagePrecision += averagePrecision;
        sums.of++;
      }
      return Float64Array.of(sums.auc / sums.of, sums.averagePrecision / sums.of);
    },
  };
}

function calibrationMetric(answers: ClassificationAnswers, c: number): MetricPart {
  const { truth, labels, probabilities, classes } = answers;
  const k = classes.length;
  const cameTrue = () => {
    const right = new Uint8Array(truth.length);
    for (let i = 0; i < right.length; i++) if (truth[i] === (c >= 0 ? c : labels[i])) right[i] = 1;
    return right;
  };
  return {
    names: ['ece'],
    prepare() {
      const bins = calibrationBins(
        c >= 0
          ? probabilitiesOf(answers, c)
          : Float64Array.from(labels, (label, i) =>
              label < 0 ? 0 : (probabilities[i * k + label] as number),
            ),
        cameTrue(),
      );
      return (weights) => Float64Array.of(calibrationError(bins, weights));
    },
  };
}
