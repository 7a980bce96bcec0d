"""Fits scikit-learn's network to the rows of a folder and prints seconds, processor time, peak memory and AUC as JSON.

Argument: {"dir", "width", "hidden", "batchSize", "learningRate", "epochs", "threads"}. The time is that of the fit alone.
"""
import json
import resource
import sys
import time
import warnings

import numpy as np
from sklearn.metrics import roc_auc_score
from sklearn.neural_network import MLPClassifier
from sklearn.preprocessing import StandardScaler
from threadpoolctl import threadpool_limits

warnings.filterwarnings("ignore")
order = json.loads(sys.argv[1])
directory = order["dir"]


def read(part):
    x = np.fromfile(f"{directory}/x{part}.f32", dtype=np.float32).reshape(-1, order["width"])
    return x, np.fromfile(f"{directory}/y{part}.f64", dtype=np.float64)


x, y = read("")
scaler = StandardScaler().fit(x)
x = scaler.transform(x)
model = MLPClassifier(
    order["hidden"],
    batch_size=order["batchSize"],
    learning_rate_init=order["learningRate"],
    max_iter=order["epochs"],
    n_iter_no_change=order["epochs"],
    alpha=0,
    random_state=1,
)
with threadpool_limits(order["threads"]):
    started, before = time.perf_counter(), time.process_time()
    model.fit(x, y)
    seconds, cpu = time.perf_counter() - started, time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
x_test, y_test = read("-test")
auc = roc_auc_score(y_test, model.predict_proba(scaler.transform(x_test))[:, 1])
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "peakMb": peak, "auc": auc}))
