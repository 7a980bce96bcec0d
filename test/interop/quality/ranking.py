"""Writes a set of made-up searches with folds of whole queries, and the NDCG that LightGBM's ranker reaches on each fold.

Into a folder: ranking.x.f32 (row-major), ranking.y.f64 (grades 0 … 4), ranking.query.i32, ranking.fold.u8 and ranking.json with the
width, the number of trees and the NDCG of all and of the first ten places, a fold each.
"""
import json
import sys

import lightgbm
import numpy as np
from sklearn.metrics import ndcg_score

directory, rate = sys.argv[1], float(sys.argv[2])
trees, queries, width = 60, 800, 10
draw = np.random.default_rng(11)
sizes = draw.integers(8, 40, queries)
query = np.repeat(np.arange(queries), sizes).astype(np.int32)
x = draw.normal(size=(len(query), width)).astype(np.float32)
# What people want differs from query to query; how rows stand to each other hangs on products too.
taste = draw.normal(size=queries)[query]
x[:, 9] = taste
worth = x[:, 0] + 0.7 * x[:, 1] * x[:, 2] - 0.5 * np.abs(x[:, 3]) + 0.8 * taste * x[:, 4]
worth = worth + draw.normal(size=len(query))
y = np.digitize(worth, [0.3, 1.2, 2.0, 3.0]).astype(np.float64)
x[draw.random(x.shape) < 0.05] = np.nan
fold = draw.permutation(np.arange(queries) % 5)[query].astype(np.uint8)


def mean_ndcg(of: np.ndarray, grades: np.ndarray, scores: np.ndarray, depth: int | None) -> float:
    told = []
    for one in np.unique(of):
        own = of == one
        if grades[own].max() == 0:
            continue
        told.append(ndcg_score([2 ** grades[own] - 1], [scores[own]], k=depth))
    return float(np.mean(told))


ndcg, ndcg_10 = [], []
for held in range(5):
    train, test = fold != held, fold == held
    model = lightgbm.LGBMRanker(
        n_estimators=trees,
        learning_rate=rate,
        num_leaves=31,
        min_child_samples=20,
        verbosity=-1,
        n_jobs=1,
    )
    # Rows lie query by query.
    groups = np.unique(query[train], return_counts=True)[1]
    scores = model.fit(x[train], y[train], group=groups).predict(x[test])
    ndcg.append(mean_ndcg(query[test], y[test], scores, None))
    ndcg_10.append(mean_ndcg(query[test], y[test], scores, 10))
x.tofile(f"{directory}/ranking.x.f32")
y.tofile(f"{directory}/ranking.y.f64")
query.tofile(f"{directory}/ranking.query.i32")
fold.tofile(f"{directory}/ranking.fold.u8")
with open(f"{directory}/ranking.json", "w") as file:
    json.dump({"width": width, "trees": trees, "ndcg": ndcg, "ndcg_10": ndcg_10}, file)
