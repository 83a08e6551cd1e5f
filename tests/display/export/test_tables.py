import csv
import io

import pandas as pd
import pytest

from geoloc_core.display.export.tables import as_csv


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_text_that_would_be_a_formula_starts_with_an_apostrophe(start):
    frame = pd.DataFrame({f"{start}A1": [f"{start}cmd", "fine, so", 'a "b"'], "n": [-1, 2, 3.5]})
    read = list(csv.reader(io.StringIO(as_csv(frame))))
    assert read[0] == [f"'{start}A1", "n"]
    assert [row[0] for row in read[1:]] == [f"'{start}cmd", "fine, so", 'a "b"']
    assert [float(row[1]) for row in read[1:]] == [-1, 2, 3.5]


def test_control_characters_are_dropped_and_still_start_no_formula():
    text = as_csv(pd.DataFrame({"name": ["\t=1", "\r=1", "a\x1b[2J\nb"]}))
    assert text.splitlines() == ["name", "'=1", "'=1", "a[2Jb"]
