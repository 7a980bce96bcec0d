"""Runs the cases of a scenario one after the other and prints what became of each, one line a case.

A case is a function without parameters. It passes when it returns, and fails when it throws. `needs` names the first
major version of mlflow that a case is for, `module` a package that it uses; without them it is left out, with the
reason printed.
"""

import importlib.util
import json
import sys
import time
import traceback

import mlflow

MAJOR = int(mlflow.__version__.split(".")[0])
_cases = []


def case(title, needs=None, module=None):
    def register(function):
        _cases.append((title, needs, module, function))
        return function

    return register


def _report(**fields):
    print("case " + json.dumps(fields), flush=True)


def main():
    wanted = sys.argv[1:]
    for title, needs, module, function in _cases:
        if wanted and not any(word in title for word in wanted):
            continue
        if needs is not None and MAJOR < needs:
            _report(title=title, outcome="left out", reason=f"mlflow {mlflow.__version__} has no such thing")
            continue
        if module is not None and importlib.util.find_spec(module) is None:
            _report(title=title, outcome="left out", reason=f"the package {module} is not installed")
            continue
        started = time.monotonic()
        try:
            function()
        except Exception:  # noqa: BLE001
            _report(title=title, outcome="failed", reason=traceback.format_exc(limit=-6))
        else:
            _report(title=title, outcome="passed", seconds=round(time.monotonic() - started, 2))


def refused(function, *args, code=None, **kwargs):
    """The error that a call has to end with."""
    try:
        function(*args, **kwargs)
    except mlflow.exceptions.MlflowException as error:
        if code is not None:
            assert error.error_code == code, f"{error.error_code} instead of {code}: {error}"
        return error
    raise AssertionError(f"{function.__name__} was not refused")


def paged(read):
    """All items of a list that is read page by page."""
    items, token = [], None
    for _ in range(1000):
        page = read(token)
        items.extend(page)
        token = page.token
        if not token:
            return items
    raise AssertionError("the pages never end")
