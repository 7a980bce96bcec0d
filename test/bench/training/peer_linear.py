"""Fits scikit-learn's linear model on the rows of a folder and prints seconds, processor time, peak memory and AUC as JSON.

Argument: {"dir", "kind", "solver", "codes", "isOneHot", "l1", "l2", "tolerance", "threads"}. One-hot columns come as a compressed sparse matrix,
made before the time is taken.
"""
import json
import os
import resource
import sys
import time

order = json.loads(sys.argv[1])
for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[name] = str(order["threads"])

import numpy as np
import scipy.sparse
from sklearn.linear_model import ElasticNet, LogisticRegression, Ridge
from sklearn.metrics import roc_auc_score

codes = order["codes"]
width = len(codes)
directory = order["dir"]


def read(part):
    x = np.fromfile(f"{directory}/x{part}.f32", dtype=np.float32).reshape(-1, width)
    return x, np.fromfile(f"{directory}/y{part}.f64", dtype=np.float64)


x, y = read("")
x_test, y_test = read("-test")
numbers = [i for i, of in enumerate(codes) if of == 0]
mean, spread = x[:, numbers].mean(0, dtype=np.float64), x[:, numbers].std(0, dtype=np.float64)


def encoded(values):
    scaled = ((values[:, numbers] - mean) / spread).astype(np.float32)
    if not order["isOneHot"] or len(numbers) == width:
        return np.ascontiguousarray(scaled)
    rows = np.arange(len(values))
    parts = [scipy.sparse.csr_matrix(scaled)]
    for i, of in enumerate(codes):
        if of > 0:
            ones = np.ones(len(values), dtype=np.float32)
            parts.append(scipy.sparse.csr_matrix((ones, (rows, values[:, i].astype(int))), shape=(len(values), of)))
    return scipy.sparse.hstack(parts, format="csr")


x, x_test = encoded(x), encoded(x_test)
settings = {"max_iter": 1000, "tol": order["tolerance"]}
total = order["l1"] + order["l2"]
targets = y
if order["kind"] == "squared":
    if order["l1"] > 0:
        # Its loss and penalties are means over rows, ours sums.
        model = ElasticNet(alpha=total / len(y), l1_ratio=order["l1"] / total, tol=order["tolerance"])
    else:
        model = Ridge(alpha=order["l2"], solver=order["solver"])
else:
    if order["kind"] == "classes":
        targets = 2 * y + (np.asarray(x[:, 0] if not scipy.sparse.issparse(x) else x[:, [0]].todense()).ravel() > 0)
    if order["l1"] > 0:
        model = LogisticRegression(C=1 / total, l1_ratio=order["l1"] / total, solver="saga", random_state=0, **settings)
    else:
        model = LogisticRegression(C=1 / total, solver=order["solver"], **settings)
started, before = time.perf_counter(), time.process_time()
model.fit(x, targets)
seconds, cpu = time.perf_counter() - started, time.process_time() - before
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
if order["kind"] == "squared":
    scores = model.predict(x_test)
else:
    scores = model.predict_proba(x_test)[:, -(len(model.classes_) // 2) :].sum(1)
auc = roc_auc_score(y_test, scores)
print(json.dumps({"seconds": seconds, "cpuSeconds": cpu, "peakMb": peak, "auc": auc}))
