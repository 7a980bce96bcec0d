"""Writes data sets of scikit-learn as CSV into a folder, and into references.json what its usual models reach on each: the
mean over five folds of log loss or RMSE with its standard error, of the best of a linear model, a random forest and
boosted trees.
"""
import json
import sys
from pathlib import Path

import numpy as np
from sklearn import datasets
from sklearn.ensemble import (
    HistGradientBoostingClassifier,
    HistGradientBoostingRegressor,
    RandomForestClassifier,
    RandomForestRegressor,
)
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.model_selection import KFold, StratifiedKFold, cross_val_score
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

directory = Path(sys.argv[1])
sets = {
    "iris": (datasets.load_iris(), True),
    "wine": (datasets.load_wine(), True),
    "breast_cancer": (datasets.load_breast_cancer(), True),
    "digits": (datasets.load_digits(), True),
    "diabetes": (datasets.load_diabetes(), False),
}
references = {}
for name, (data, is_classes) in sets.items():
    x, y = data.data, data.target
    header = ",".join([f"x{i}" for i in range(x.shape[1])] + ["target"])
    lines = [",".join([*(repr(float(v)) for v in row), f"c{t}" if is_classes else repr(float(t))]) for row, t in zip(x, y)]
    (directory / f"{name}.csv").write_text("\n".join([header, *lines]) + "\n")
    if is_classes:
        models = [
            make_pipeline(StandardScaler(), LogisticRegression(max_iter=1000)),
            RandomForestClassifier(200, random_state=0),
            HistGradientBoostingClassifier(random_state=0),
        ]
        folds, scoring = StratifiedKFold(5, shuffle=True, random_state=0), "neg_log_loss"
    else:
        models = [
            make_pipeline(StandardScaler(), Ridge()),
            RandomForestRegressor(200, random_state=0),
            HistGradientBoostingRegressor(random_state=0),
        ]
        folds, scoring = KFold(5, shuffle=True, random_state=0), "neg_root_mean_squared_error"
    losses = [-cross_val_score(model, x, y, cv=folds, scoring=scoring) for model in models]
    best = min(losses, key=np.mean)
    references[name] = {"loss": float(best.mean()), "se": float(best.std(ddof=1) / np.sqrt(len(best)))}
(directory / "references.json").write_text(json.dumps(references))
