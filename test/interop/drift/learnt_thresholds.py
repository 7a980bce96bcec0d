"""Thresholds and distances of NannyML 0.13 for columns that are easy and that are not:  python learnt_thresholds.py FOLDER

Writes reference.csv and current.csv into the folder, and answers.json: by chunking, column → [upper threshold, distance of current].
"""
import json
import sys
import warnings
from pathlib import Path

import numpy as np
import pandas as pd

warnings.filterwarnings('ignore')
import nannyml as nml  # noqa: E402

folder = Path(sys.argv[1])
draw = np.random.default_rng(3)


def table(rows, shift):
    found = pd.DataFrame(
        {
            'normal': draw.normal(shift, 1, rows),
            'skewed': draw.exponential(2 + shift, rows),
            'gaps': draw.normal(0, 3, rows),
            'label': draw.choice(list('abcd'), rows, p=[0.4, 0.3, 0.2, 0.1]),
        }
    )
    found.loc[draw.random(rows) < 0.1, 'gaps'] = np.nan
    return found


reference, current = table(6300, 0), table(900, 0.3)
reference.to_csv(folder / 'reference.csv', index=False)
current.to_csv(folder / 'current.csv', index=False)
columns = list(reference.columns)


def answers(rows, **chunks):
    calculator = nml.UnivariateDriftCalculator(
        column_names=columns,
        treat_as_categorical=['label'],
        continuous_methods=['jensen_shannon'],
        categorical_methods=['jensen_shannon'],
        **chunks,
    )
    calculator.fit(reference.head(rows))
    result = calculator.calculate(current).filter(period='analysis').to_df()
    return {
        name: [float(result[(name, 'jensen_shannon', part)].iloc[0]) for part in ('upper_threshold', 'value')]
        for name in columns
    }


json.dump(
    {
        'version': nml.__version__,
        # As many rows a chunk as the current window has.
        'size': answers(6300, chunk_size=900),
        # Too few rows for that: ten chunks, by default. One chunk of the current rows is asked for by itself.
        'number': {
            name: [upper, None]
            for name, (upper, _) in answers(2005, chunk_number=10).items()
        },
    },
    open(folder / 'answers.json', 'w'),
)
