"""Writes data sets of scikit-learn with folds, and what its forests reach on them for several seeds, into a folder.

For each set: NAME.x.f32 (row-major), NAME.y.f64, NAME.fold.u8 and NAME.json with width, classes and the losses of both
forests a seed, each the mean over five folds: share of wrong rows for classes, RMSE for numbers. And trees.json: what
single trees of three levels answer for their training rows, by set and criterion.
"""
import json
import sys

import numpy as np
from sklearn import datasets
from sklearn.ensemble import (
    ExtraTreesClassifier,
    ExtraTreesRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

directory = sys.argv[1]
trees = int(sys.argv[2])
seeds = int(sys.argv[3])
friedman = datasets.make_friedman1(n_samples=500, noise=1.0, random_state=0)
sets = {
    "iris": (*datasets.load_iris(return_X_y=True), True),
    "wine": (*datasets.load_wine(return_X_y=True), True),
    "breast cancer": (*datasets.load_breast_cancer(return_X_y=True), True),
    "digits": (*datasets.load_digits(return_X_y=True), True),
    "diabetes": (*datasets.load_diabetes(return_X_y=True), False),
    "friedman1": (*friedman, False),
}
for name, (x, y, is_classes) in sets.items():
    x = x.astype(np.float32)
    splitter = StratifiedKFold if is_classes else KFold
    folds = list(splitter(5, shuffle=True, random_state=42).split(x, y))
    fold_of = np.zeros(len(y), dtype=np.uint8)
    for fold, (_, test) in enumerate(folds):
        fold_of[test] = fold
    kinds = {
        "random": RandomForestClassifier if is_classes else RandomForestRegressor,
        "extra": ExtraTreesClassifier if is_classes else ExtraTreesRegressor,
    }
    losses = {}
    for method, kind in kinds.items():
        losses[method] = []
        for seed in range(seeds):
            of_folds = []
            for train, test in folds:
                answers = kind(trees, random_state=seed).fit(x[train], y[train]).predict(x[test])
                wrong = answers != y[test] if is_classes else (answers - y[test]) ** 2
                of_folds.append(float(np.mean(wrong) if is_classes else np.sqrt(np.mean(wrong))))
            losses[method].append(float(np.mean(of_folds)))
    x.tofile(f"{directory}/{name}.x.f32")
    y.astype(np.float64).tofile(f"{directory}/{name}.y.f64")
    fold_of.tofile(f"{directory}/{name}.fold.u8")
    classes = len(np.unique(y)) if is_classes else 0
    with open(f"{directory}/{name}.json", "w") as file:
        json.dump({"width": x.shape[1], "classes": classes, "losses": losses}, file)

single = []
for name in ["iris", "wine", "diabetes"]:
    x, y, is_classes = sets[name]
    # Few enough rows that each value has a bin of its own.
    x, y = x[:250].astype(np.float32), y[:250]
    for criterion in ["gini", "entropy"] if is_classes else ["squared_error"]:
        kind = DecisionTreeClassifier if is_classes else DecisionTreeRegressor
        tree = kind(criterion=criterion, max_depth=3, random_state=0).fit(x, y)
        answers = tree.predict_proba(x) if is_classes else tree.predict(x)
        single.append({"name": name, "criterion": criterion, "answers": answers.ravel().tolist()})
with open(f"{directory}/trees.json", "w") as file:
    json.dump(single, file)
