"""Fits a peer's trees on the rows of a folder and prints seconds, processor time, peak memory and AUC as JSON.

Argument: {"dir", "codes", "peer": lightgbm | xgboost | scikit-learn, "threads", "trees", "leaves", "learningRate", "minLeafRows"}.
The time is that of making the data set and fitting; reading the files comes before.
"""
import json
import resource
import sys
import time

import numpy as np
from sklearn.metrics import roc_auc_score

order = json.loads(sys.argv[1])
codes = order["codes"]
width = len(codes)
directory = order["dir"]


def read(part):
    x = np.fromfile(f"{directory}/x{part}.f32", dtype=np.float32).reshape(-1, width)
    return x, np.fromfile(f"{directory}/y{part}.f64", dtype=np.float64)


x, y = read("")
categories = [i for i, of in enumerate(codes) if of > 0]
if order["peer"] == "lightgbm":
    import lightgbm

    started, before = time.perf_counter(), time.process_time()
    data = lightgbm.Dataset(x, y, categorical_feature=categories)
    params = {
        "objective": "binary",
        "num_leaves": order["leaves"],
        "learning_rate": order["learningRate"],
        "min_data_in_leaf": order["minLeafRows"],
        "num_threads": order["threads"],
        "verbosity": -1,
        "seed": 1,
    }
    model = lightgbm.train(params, data, num_boost_round=order["trees"])
    seconds, cpu = time.perf_counter() - started, time.process_time() - before
    predict = model.predict
elif order["peer"] == "scikit-learn":
    from sklearn.ensemble import RandomForestClassifier

    started, before = time.perf_counter(), time.process_time()
    model = RandomForestClassifier(
        order["trees"], min_samples_leaf=order["minLeafRows"], n_jobs=order["threads"], random_state=1
    ).fit(x, y)
    seconds, cpu = time.perf_counter() - started, time.process_time() - before

    def predict(values):
        return model.predict_proba(values)[:, 1]

else:
    import xgboost

    def matrix(values, labels=None):
        types = ["c" if of > 0 else "q" for of in codes]
        return xgboost.DMatrix(
            values, labels, nthread=order["threads"], feature_types=types, enable_categorical=True
        )

    started, before = time.perf_counter(), time.process_time()
    params = {
        "objective": "binary:logistic",
        "tree_method": "hist",
        "grow_policy": "lossguide",
        "max_leaves": order["leaves"],
        "max_depth": 0,
        "learning_rate": order["learningRate"],
        "reg_lambda": 0,
        "min_child_weight": 1e-3,
        "nthread": order["threads"],
        "seed": 1,
    }
    model = xgboost.train(params, matrix(x, y), num_boost_round=order["trees"])
    seconds, cpu = time.perf_counter() - started, time.process_time() - before

    def predict(values):
        return model.predict(matrix(values))


peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
x_test, y_test = read("-test")
auc = roc_auc_score(y_test, predict(x_test))
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "peakMb": peak, "auc": auc}))
