"""Writes data sets of scikit-learn with folds, and what its histogram trees and LightGBM reach on each fold, into a folder.

For each set: NAME.x.f32 (row-major), NAME.y.f64, NAME.fold.u8 and NAME.json with rows, width, classes and the losses of the
references a fold: log loss for classes, RMSE for numbers.
"""
import json
import sys

import lightgbm
import numpy as np
from sklearn import datasets
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold

directory = sys.argv[1]
rate = float(sys.argv[2])
friedman = datasets.make_friedman1(n_samples=2000, noise=1.0, random_state=0)
sets = {
    "breast cancer": (*datasets.load_breast_cancer(return_X_y=True), True),
    "wine": (*datasets.load_wine(return_X_y=True), True),
    "iris": (*datasets.load_iris(return_X_y=True), True),
    "digits": (*datasets.load_digits(return_X_y=True), True),
    "diabetes": (*datasets.load_diabetes(return_X_y=True), False),
    "friedman1": (*friedman, False),
}
for name, (x, y, is_classes) in sets.items():
    x = x.astype(np.float32)
    # Ten trees a round for the digits.
    trees = 70 if name == "digits" else 100
    splitter = StratifiedKFold if is_classes else KFold
    fold_of = np.zeros(len(y), dtype=np.uint8)
    losses = {"scikit-learn": [], "LightGBM": []}
    for fold, (train, test) in enumerate(splitter(5, shuffle=True, random_state=42).split(x, y)):
        fold_of[test] = fold
        shape = {"max_iter": trees, "learning_rate": rate, "early_stopping": False}
        shared = {
            "n_estimators": trees,
            "learning_rate": rate,
            "num_leaves": 31,
            "min_child_samples": 20,
            "verbosity": -1,
            "n_jobs": 1,
        }
        if is_classes:
            labels = np.unique(y)
            for peer, model in {
                "scikit-learn": HistGradientBoostingClassifier(**shape),
                "LightGBM": lightgbm.LGBMClassifier(**shared),
            }.items():
                shares = model.fit(x[train], y[train]).predict_proba(x[test])
                losses[peer].append(log_loss(y[test], shares, labels=labels))
        else:
            for peer, model in {
                "scikit-learn": HistGradientBoostingRegressor(**shape),
                "LightGBM": lightgbm.LGBMRegressor(**shared),
            }.items():
                answers = model.fit(x[train], y[train]).predict(x[test])
                losses[peer].append(float(np.sqrt(mean_squared_error(y[test], answers))))
    x.tofile(f"{directory}/{name}.x.f32")
    y.astype(np.float64).tofile(f"{directory}/{name}.y.f64")
    fold_of.tofile(f"{directory}/{name}.fold.u8")
    classes = len(np.unique(y)) if is_classes else 0
    with open(f"{directory}/{name}.json", "w") as file:
        json.dump({"width": x.shape[1], "classes": classes, "trees": trees, "losses": losses}, file)
