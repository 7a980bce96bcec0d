"""Drift statistics of the windows in a folder by SciPy, and by Evidently where it is installed.

Usage: drift.py FOLDER. Reads cases.json ({numbers: [name, ...], labels: {name: [[...], [...]]}}) and NAME.reference and NAME.current (doubles),
writes answers.json: {scipy: {case: {method: [score, p]}}, evidently: {case: {method: [score, drifted]}, ...}, choice: {case: method}}.
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
from scipy import stats
from scipy.spatial.distance import jensenshannon

warnings.simplefilter("ignore")
folder = Path(sys.argv[1])
cases = json.loads((folder / "cases.json").read_text())


def attempt(compute):
    try:
        score, p = compute()
        score = float(score)
        # JSON has no infinity.
        score = min(score, sys.float_info.max)
        return [score, None if p is None else float(p)] if np.isfinite(score) else None
    except Exception:
        return None


def filled(shares):
    smallest = shares[shares > 0].min()
    fill = smallest / 1e6 if smallest <= 1e-4 else 1e-4
    return np.where(shares == 0, fill, shares)


def binned(x, y):
    if len(np.unique(x)) > 20:
        edges = np.histogram_bin_edges(np.concatenate([x, y]), bins="sturges")
        return np.histogram(x, edges)[0], np.histogram(y, edges)[0]
    values = np.unique(np.concatenate([x, y]))
    count = lambda sample: np.array([(sample == value).sum() for value in values])
    return count(x), count(y)


def doane(x, y):
    before, edges = np.histogram(x, bins="doane")
    after = np.histogram(y, bins=edges)[0]
    outside = len(y) - after.sum()
    return (np.append(before, 0), np.append(after, outside)) if outside else (before, after)


def distances(r, c):
    p, q = r / r.sum(), c / c.sum()
    fp, fq = filled(p), filled(q)
    return {
        "psi": lambda: (((fp - fq) * np.log(fp / fq)).sum(), None),
        "kl": lambda: (stats.entropy(fp, fq), None),
        "js": lambda: (jensenshannon(p, q), None),
        "js-base2": lambda: (jensenshannon(p, q, 2), None),
    }


def of_numbers(x, y):
    def pair(result):
        return result.statistic, result.pvalue

    def hellinger(r, c):
        return np.sqrt(max(0, 1 - np.sqrt(r / r.sum() * c / c.sum()).sum())), None

    def distinct():
        keys = np.unique(np.concatenate([x, y]))
        edges = np.histogram_bin_edges(keys, bins="sturges")
        return hellinger(np.histogram(x, edges)[0], np.histogram(y, edges)[0])

    n = doane(x, y)
    methods = {
        "ks": lambda: pair(stats.ks_2samp(x, y)),
        "anderson-darling": lambda: pair(stats.anderson_ksamp([x, y])),
        "cramer-von-mises": lambda: pair(stats.cramervonmises_2samp(x, y)),
        "mann-whitney": lambda: pair(stats.mannwhitneyu(x, y)),
        "mann-whitney-less": lambda: pair(stats.mannwhitneyu(x, y, alternative="less")),
        "t-test": lambda: pair(stats.ttest_ind(x, y)),
        "welch": lambda: pair(stats.ttest_ind(x, y, equal_var=False)),
        "epps-singleton": lambda: pair(stats.epps_singleton_2samp(x, y)),
        "wasserstein-raw": lambda: (stats.wasserstein_distance(x, y), None),
        "wasserstein": lambda: (stats.wasserstein_distance(x, y) / max(np.std(x), 0.001), None),
        "energy": lambda: (stats.energy_distance(x, y), None),
        "hellinger": distinct,
        "nannyml-js": lambda: (jensenshannon(n[0] / n[0].sum(), n[1] / n[1].sum(), 2), None),
        "nannyml-hellinger": lambda: hellinger(*n),
        **distances(*binned(x, y)),
    }
    return {name: attempt(compute) for name, compute in methods.items()}


def of_labels(r, c):
    table = np.array([r, c])
    contingency = lambda **more: stats.chi2_contingency(table[:, table.sum(0) > 0], correction=False, **more)[:2]
    methods = {
        "g-test": lambda: contingency(lambda_="log-likelihood"),
        "chi2-one-sample": lambda: tuple(stats.chisquare(c, r * c.sum() / r.sum())),
        "g-test-one-sample": lambda: tuple(stats.power_divergence(c, r * c.sum() / r.sum(), lambda_="log-likelihood")),
        **distances(r, c),
    }
    if table.min() >= 5:
        methods["chi2"] = contingency
    if len(r) == 2:
        methods["fisher"] = lambda: tuple(stats.fisher_exact([[c[1], c[0]], [r[1], r[0]]]))
    return {name: attempt(compute) for name, compute in methods.items()}


def evidently_answers(numbers, labels):
    import pandas as pd
    from evidently.legacy.calculations.stattests import registry
    from evidently.legacy.core import ColumnType

    names = {
        "ks": "ks", "anderson-darling": "anderson", "cramer-von-mises": "cramer_von_mises", "mann-whitney-less": "mannw",
        "t-test": "t_test", "epps-singleton": "es", "wasserstein": "wasserstein", "energy": "ed", "js": "jensenshannon",
        "psi": "psi", "kl": "kl_div", "hellinger": "hellinger", "chi2-one-sample": "chisquare", "z-test": "z",
        "fisher": "fisher_exact",
    }
    ours = {theirs: name for name, theirs in names.items()}
    answers, choice = {}, {}
    for case, (x, y, kind) in {
        **{name: (*pair, ColumnType.Numerical) for name, pair in numbers.items()},
        **{name: (*pair, ColumnType.Categorical) for name, pair in labels.items()},
    }.items():
        answers[case] = {}
        x, y = pd.Series(x), pd.Series(y)
        test = registry._get_default_stattest(x, y, kind)
        choice[case] = ours[test.name]
        if len(x) > 100_000:
            continue
        for name, theirs in names.items():
            try:
                run = registry.get_registered_stattest(theirs, kind)
                result = run(x.copy(), y.copy(), kind, None)
                if not np.isnan(result.drift_score):
                    answers[case][name] = [float(result.drift_score), bool(result.drifted)]
            except Exception:
                pass
    return answers, choice


read = lambda name, side: np.fromfile(folder / f"{name}.{side}", dtype="<f8")
numbers = {name: (read(name, "reference"), read(name, "current")) for name in cases["numbers"]}
labels = {name: tuple(np.array(side) for side in sides) for name, sides in cases["labels"].items()}
answers = {"scipy": {name: of_numbers(*pair) for name, pair in numbers.items()}}
answers["scipy"].update({name: of_labels(*pair) for name, pair in labels.items()})
try:
    rows = {name: tuple(np.repeat([f"v{i}" for i in range(len(side))], side) for side in sides) for name, sides in labels.items()}
    answers["evidently"], answers["choice"] = evidently_answers(numbers, rows)
except ImportError as error:
    answers["missing"] = str(error)
(folder / "answers.json").write_text(json.dumps(answers))
