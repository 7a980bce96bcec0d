"""Reads a Croissant file with mlcroissant, which also compares the digests of the files, and prints errors and records."""
import json
import sys

import mlcroissant as mlc


def plain(value):
    if isinstance(value, bytes):
        return value.decode()
    if hasattr(value, "isoformat"):
        return None if str(value) == "NaT" else value.isoformat()
    if hasattr(value, "item"):
        value = value.item()
    return None if value != value else value


dataset = mlc.Dataset(sys.argv[1])
records = [{key: plain(value) for key, value in record.items()} for record in dataset.records("rows")]
issues = dataset.metadata.ctx.issues
print(json.dumps({"errors": sorted(issues.errors), "warnings": sorted(issues.warnings), "records": records}))
