"""Writes data sets of scikit-learn with folds, and what its networks reach on each fold, into a folder.

For each set: NAME.x.f32 (row-major, columns of mean 0 and spread 1), NAME.y.f64, NAME.fold.u8 and NAME.json with rows, width, classes
and the losses of the references a fold: log loss for classes, RMSE for numbers.
"""
import json
import sys

import numpy as np
from sklearn import datasets
from sklearn.metrics import log_loss, mean_squared_error
from sklearn.model_selection import KFold, StratifiedKFold
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.preprocessing import scale

directory = sys.argv[1]
sets = {
    "breast cancer": (*datasets.load_breast_cancer(return_X_y=True), True),
    "wine": (*datasets.load_wine(return_X_y=True), True),
    "digits": (*datasets.load_digits(return_X_y=True), True),
    "diabetes": (*datasets.load_diabetes(return_X_y=True), False),
    "friedman1": (*datasets.make_friedman1(n_samples=2000, noise=1.0, random_state=0), False),
}
for name, (x, y, is_classes) in sets.items():
    x = scale(x).astype(np.float32)
    splitter = StratifiedKFold if is_classes else KFold
    fold_of = np.zeros(len(y), dtype=np.uint8)
    losses = {"scikit-learn": []}
    for fold, (train, test) in enumerate(splitter(5, shuffle=True, random_state=42).split(x, y)):
        fold_of[test] = fold
        if is_classes:
            shares = MLPClassifier(random_state=fold).fit(x[train], y[train]).predict_proba(x[test])
            losses["scikit-learn"].append(log_loss(y[test], shares, labels=np.unique(y)))
        else:
            # The 200 epochs of its default are not enough for numbers in their own units.
            model = MLPRegressor(random_state=fold, max_iter=2000).fit(x[train], y[train])
            losses["scikit-learn"].append(float(np.sqrt(mean_squared_error(y[test], model.predict(x[test])))))
    x.tofile(f"{directory}/{name}.x.f32")
    y.astype(np.float64).tofile(f"{directory}/{name}.y.f64")
    fold_of.tofile(f"{directory}/{name}.fold.u8")
    classes = len(np.unique(y)) if is_classes else 0
    with open(f"{directory}/{name}.json", "w") as file:
        json.dump({"width": x.shape[1], "classes": classes, "losses": losses}, file)
