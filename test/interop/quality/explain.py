"""Shapley values of trees by the package shap. Reads {trees, base, rows, reference, width} from the first file, writes to the second.

A tree is {column, threshold, missingYes, yes, no, value, cover}; values below the threshold, or equal to it, go to yes.
"""
import json
import sys

import numpy as np
import shap

with open(sys.argv[1]) as file:
    given = json.load(file)


def matrix(cells):
    return np.array([np.nan if cell is None else cell for cell in cells]).reshape(-1, given["width"])


def tree(raw):
    leaf = np.array(raw["column"]) < 0
    return {
        "children_left": np.where(leaf, -1, raw["yes"]),
        "children_right": np.where(leaf, -1, raw["no"]),
        "children_default": np.where(leaf, -1, np.where(raw["missingYes"], raw["yes"], raw["no"])),
        "features": np.where(leaf, -2, raw["column"]),
        "thresholds": np.array(raw["threshold"], dtype=float),
        "values": np.array(raw["value"], dtype=float).reshape(-1, 1),
        "node_sample_weight": np.array(raw["cover"], dtype=float),
    }


model = {"trees": [tree(raw) for raw in given["trees"]], "base_offset": given["base"]}
rows, reference = matrix(given["rows"]), matrix(given["reference"])
answer = {"version": shap.__version__}
for name, explainer in {
    "path-dependent": shap.TreeExplainer(model, feature_perturbation="tree_path_dependent"),
    "interventional": shap.TreeExplainer(model, data=reference, feature_perturbation="interventional"),
}.items():
    values = explainer.shap_values(rows, check_additivity=False)
    answer[name] = {"base": float(np.ravel(explainer.expected_value)[0]), "values": np.ravel(values).tolist()}
with open(sys.argv[2], "w") as file:
    json.dump(answer, file)
