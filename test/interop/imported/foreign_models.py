"""Trains small models with scikit-learn, LightGBM and XGBoost, writes them as ONNX, and writes what Python answers.

    python foreign_models.py FOLDER [name ...]

FOLDER gets NAME.onnx of each model, and cases.json: of each the names of its columns, rows, and the answers of the library that
trained it (label and probabilities, or value). The same versions give the same files.
"""

import json
import sys
from pathlib import Path

import numpy as np
from sklearn.compose import ColumnTransformer
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.ensemble import HistGradientBoostingRegressor, RandomForestClassifier
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from skl2onnx import convert_sklearn
from skl2onnx.common.data_types import FloatTensorType, StringTensorType

import skl2onnx.common._container as container

# skl2onnx 1.20 hands truth values to onnx 1.23, which wants integers.
make_node = container.make_node
plain = lambda value: [int(v) if isinstance(v, (bool, np.bool_)) else v for v in value] if isinstance(value, list) else value
container.make_node = lambda *args, **named: make_node(*args, **{key: plain(value) for key, value in named.items()})

FOLDER = Path(sys.argv[1])
ONLY = sys.argv[2:]
cases = {}


def save(name, onnx_model, features, rows, answers, request=None):
    (FOLDER / f"{name}.onnx").write_bytes(onnx_model.SerializeToString())
    cases[name] = {"features": features, "request": request or {}, "rows": rows, **answers}


def classified(model, x):
    return {
        "label": [str(label) for label in model.predict(x)],
        "classes": [str(label) for label in model.classes_],
        "probabilities": model.predict_proba(x).astype(float).tolist(),
    }


def regressed(model, x):
    return {"value": np.asarray(model.predict(x), dtype=float).ravel().tolist()}


def table(x, names):
    cell = lambda value: None if isinstance(value, float) and np.isnan(value) else value
    return [{name: cell(float(v)) for name, v in zip(names, row)} for row in x]


def iris():
    data = load_iris()
    return data.data.astype(np.float32), data.target_names[data.target], list(data.feature_names)


def sklearn_logistic():
    x, y, names = iris()
    model = make_pipeline(StandardScaler(), LogisticRegression(max_iter=500)).fit(x, y)
    onnx_model = convert_sklearn(model, initial_types=[("X", FloatTensorType([None, 4]))], target_opset=17)
    save("sklearn_logistic", onnx_model, names, table(x[::15], names), classified(model, x[::15]))


def sklearn_forest():
    # Labels that are whole numbers, and not 0, 1, 2.
    x, y, names = iris()
    codes = np.array([1, 2, 5])[load_iris().target]
    model = RandomForestClassifier(n_estimators=20, max_depth=4, random_state=1).fit(x, codes)
    onnx_model = convert_sklearn(model, initial_types=[("X", FloatTensorType([None, 4]))])
    save("sklearn_forest", onnx_model, names, table(x[::15], names), classified(model, x[::15]))


def sklearn_mixed():
    import pandas as pd

    random = np.random.default_rng(1)
    n = 200
    frame = pd.DataFrame(
        {
            "size": random.normal(size=n).astype(np.float32),
            "weight": random.normal(size=n).astype(np.float32),
            "colour": random.choice(["red", "green", "blue"], size=n),
        }
    )
    y = np.where(frame["size"] + (frame["colour"] == "red") > 0.3, "yes", "no")
    encode = ColumnTransformer(
        [("numbers", StandardScaler(), ["size", "weight"]), ("words", OneHotEncoder(handle_unknown="ignore"), ["colour"])]
    )
    model = make_pipeline(encode, LogisticRegression()).fit(frame, y)
    types = [
        ("size", FloatTensorType([None, 1])),
        ("weight", FloatTensorType([None, 1])),
        ("colour", StringTensorType([None, 1])),
    ]
    onnx_model = convert_sklearn(model, initial_types=types, target_opset=17, options={"zipmap": False})
    asked = pd.concat([frame[:9], frame[:1].assign(colour="violet")])
    rows = [{**row, "size": float(row["size"]), "weight": float(row["weight"])} for row in asked.to_dict("records")]
    save("sklearn_mixed", onnx_model, ["size", "weight", "colour"], rows, classified(model, asked))


def sklearn_ridge():
    x, y = load_diabetes(return_X_y=True)
    names = list(load_diabetes().feature_names)
    x = x.astype(np.float32)
    model = make_pipeline(StandardScaler(), Ridge()).fit(x, y)
    onnx_model = convert_sklearn(model, initial_types=[("X", FloatTensorType([None, 10]))])
    save("sklearn_ridge", onnx_model, names, table(x[:10], names), regressed(model, x[:10]))


def sklearn_histogram():
    x, y = load_diabetes(return_X_y=True)
    names = list(load_diabetes().feature_names)
    x = x.astype(np.float32)
    x[::7, 2] = np.nan
    model = HistGradientBoostingRegressor(max_iter=20, random_state=1).fit(x, y)
    onnx_model = convert_sklearn(model, initial_types=[("X", FloatTensorType([None, 10]))])
    save("sklearn_histogram", onnx_model, names, table(x[:10], names), regressed(model, x[:10]))


def boosted(kind):
    if kind == "lightgbm":
        import lightgbm
        from onnxmltools import convert_lightgbm as convert
        from onnxmltools.convert.common.data_types import FloatTensorType as Floats

        fixed = {"n_estimators": 15, "random_state": 1, "n_jobs": 1, "verbose": -1}
        return lightgbm.LGBMClassifier(**fixed), lightgbm.LGBMRegressor(**fixed), convert, Floats
    import xgboost
    from onnxmltools import convert_xgboost as convert
    from onnxmltools.convert.common.data_types import FloatTensorType as Floats

    fixed = {"n_estimators": 15, "max_depth": 3, "random_state": 1, "n_jobs": 1}
    return xgboost.XGBClassifier(**fixed), xgboost.XGBRegressor(**fixed), convert, Floats


def boosters(kind):
    classifier, regressor, convert, Floats = boosted(kind)
    x, y = load_breast_cancer(return_X_y=True)
    x = x[:, :6].astype(np.float32)
    names = [f"f{i}" for i in range(6)]
    classifier.fit(x, y)
    onnx_model = convert(classifier, initial_types=[("X", Floats([None, 6]))])
    save(f"{kind}_binary", onnx_model, names, table(x[::57], names), classified(classifier, x[::57]))
    x3, _, names3 = iris()
    classifier, _, _, _ = boosted(kind)
    classifier.fit(x3, load_iris().target)
    onnx_model = convert(classifier, initial_types=[("X", Floats([None, 4]))])
    save(f"{kind}_classes", onnx_model, names3, table(x3[::15], names3), classified(classifier, x3[::15]))
    x, y = load_diabetes(return_X_y=True)
    x = x[:, :6].astype(np.float32)
    x[::5, 1] = np.nan
    regressor.fit(x, y)
    onnx_model = convert(regressor, initial_types=[("X", Floats([None, 6]))])
    save(f"{kind}_value", onnx_model, names, table(x[:10], names), regressed(regressor, x[:10]))


makers = {
    "sklearn_logistic": sklearn_logistic,
    "sklearn_forest": sklearn_forest,
    "sklearn_mixed": sklearn_mixed,
    "sklearn_ridge": sklearn_ridge,
    "sklearn_histogram": sklearn_histogram,
    "lightgbm": lambda: boosters("lightgbm"),
    "xgboost": lambda: boosters("xgboost"),
}
for name, make in makers.items():
    if not ONLY or name in ONLY:
        make()
(FOLDER / "cases.json").write_text(json.dumps(cases, indent=1) + "\n")
