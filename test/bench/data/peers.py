"""What peers take for the same work: peers.py WORK FILE [FILE]; prints {"name", "seconds", "mb"} a line.

profile: pandas (describe, distinct values, most frequent values, correlations), and ydata-profiling where it is installed.
drift: Evidently's preset, where it is installed. import: pandas.read_csv.
"""
import json
import resource
import sys
import time


def measure(name, work):
    start = time.perf_counter()
    try:
        work()
    except Exception as failure:  # A peer that cannot is told and left out.
        print(f"{name}: {type(failure).__name__}: {failure}", file=sys.stderr)
        return
    seconds = time.perf_counter() - start
    mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"name": name, "seconds": seconds, "mb": mb}), flush=True)


def read(path):
    import pandas as pd

    return pd.read_csv(path) if path.endswith(".csv") else pd.read_parquet(path)


def describe(frame):
    import pandas as pd

    frame.describe(include="all")
    frame.nunique()
    frame.isna().sum()
    frame.duplicated().sum()
    numbers = frame.select_dtypes("number")
    numbers.skew()
    numbers.corr()
    numbers.corr(method="spearman")
    for column in frame:
        frame[column].value_counts().head(20)


def ydata(frame):
    from ydata_profiling import ProfileReport

    ProfileReport(frame, minimal=True, progress_bar=False).to_json()


def evidently(reference, current):
    from evidently import Report
    from evidently.presets import DataDriftPreset

    Report([DataDriftPreset()]).run(current, reference).dict()


work, files = sys.argv[1], sys.argv[2:]
if work == "import":
    measure("pandas", lambda: read(files[0]))
elif work == "profile":
    measure("pandas", lambda: describe(read(files[0])))
    try:
        import ydata_profiling  # noqa: F401

        measure("ydata-profiling (minimal)", lambda: ydata(read(files[0])))
    except ImportError:
        pass
elif work == "drift":
    try:
        import evidently as _  # noqa: F401

        measure("Evidently", lambda: evidently(read(files[0]), read(files[1])))
    except ImportError:
        pass
