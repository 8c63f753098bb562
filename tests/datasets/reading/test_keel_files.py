"""KEEL's format, with the turns that its files take."""

import numpy as np
import pytest

from longtail.datasets.base import DatasetError
from longtail.datasets.reading.keel_files import parsed_keel

TEXT = """@relation shop
@attribute Age real [18.0, 90.0]
@attribute 'kind of shoe' {boot, flat shoe}
@ATTRIBUTE Seen integer[0,9]
@attribute Class{positive, negative}
@inputs Age, kind of shoe, Seen
@outputs Class
@data
 20.5, boot, 3, negative
?, flat shoe, <null>,positive
31,boot,1,negative
40,boot,1,?
"""


def test_numbers_categories_gaps_and_the_class_are_read():
    table = parsed_keel(TEXT, "shop.dat")
    assert table.X.columns.tolist() == ["Age", "kind of shoe", "Seen"]
    assert table.X["Age"].tolist() == pytest.approx([20.5, np.nan, 31], nan_ok=True)
    assert table.X["Seen"].dtype == np.float32 and np.isnan(table.X["Seen"][1])
    assert table.X["kind of shoe"].astype(str).tolist() == ["boot", "flat shoe", "boot"]
    assert table.y.tolist() == ["negative", "positive", "negative"]  # a row without a class is none


def test_the_outputs_say_which_attribute_is_the_class_else_it_is_the_last():
    other = TEXT.replace("@outputs Class", "@output kind of shoe")
    assert parsed_keel(other, "shop.dat").y.tolist() == ["boot", "flat shoe", "boot", "boot"]
    without = "\n".join(line for line in TEXT.splitlines() if not line.startswith("@outputs"))
    assert parsed_keel(without, "shop.dat").y.name == "Class"


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a,b\n1,2\n", r"shop\.dat is not a KEEL file"),
        (TEXT.partition("@data")[0], "is not a KEEL file"),
        (TEXT.partition("@data\n")[0] + "@data\n", r"shop\.dat has no rows"),
        (TEXT + "'a, b\n\"", r"the rows of shop\.dat can't be read"),
        (
            TEXT.replace("20.5", "twenty"),
            r"the column Age of shop\.dat is declared real and holds a value that is not a number",
        ),
    ],
)
def test_what_is_no_such_file_is_a_sentence(text, sentence):
    with pytest.raises(DatasetError, match=sentence):
        parsed_keel(text, "shop.dat")
