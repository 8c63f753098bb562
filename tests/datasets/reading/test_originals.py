"""Files that the user brings: recognised, verified, kept, and told of in sentences."""

import hashlib
import zipfile

import pytest

from longtail.datasets.base import Absent, DatasetError
from longtail.datasets.reading import originals
from longtail.datasets.reading.originals import Address, Original, Originals, cells_of

TEXT = 'id,title\n1,"red, slim"\n2,blue\n'
CELLS = hashlib.sha256(b"id\x1ftitle\n1\x1fred, slim\n2\x1fblue\n").hexdigest()
SHA = hashlib.sha256(TEXT.encode()).hexdigest()
OTHER = "price\n3\n4\n"


def original(text=TEXT, file="titles.csv", addresses=()):
    lines = text.splitlines()
    columns = tuple(lines[0].split(","))
    cells = CELLS if text == TEXT else hashlib.sha256(text.encode()).hexdigest()
    return Original(file, hashlib.sha256(text.encode()).hexdigest(), cells, columns, len(lines) - 1, addresses)


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch):
    monkeypatch.setenv("LONGTAIL_CACHE", str(tmp_path / "cache"))


@pytest.fixture
def written(tmp_path):
    def write(text, name="mine.csv"):
        (tmp_path / name).write_bytes(text.encode())
        return tmp_path / name

    return write


ONE = Originals("shop-titles", (original(),))
TWO = Originals("shop-titles", (original(), original(OTHER, "prices.csv")))


def test_cells_are_the_same_whatever_line_ends_quotes_and_marks(written):
    assert cells_of(written(TEXT)) == CELLS
    assert cells_of(written('\ufeffid,"title"\r\n"1","red, slim"\r\n2,blue\r\n')) == CELLS
    assert cells_of(written(TEXT.replace("blue", "green"))) != CELLS


def test_what_is_absent_is_said_with_both_commands():
    with pytest.raises(Absent) as caught:
        ONE.paths()
    assert str(caught.value) == ONE.absent()
    assert "shop-titles is not on this machine (titles.csv)" in ONE.absent()
    assert (
        "`longtail data fetch shop-titles`" in ONE.absent() and "`longtail data add shop-titles PATH`" in ONE.absent()
    )


def test_a_file_that_is_added_is_verified_by_its_checksum(written):
    assert "verified by the SHA-256 of the file" in ONE.add(written(TEXT))
    assert ONE.absent() is None and ONE.paths()[0].read_text() == TEXT
    assert ONE.checksum == f"sha256:{SHA}" and ONE.identity() == {"titles.csv": CELLS}


def test_a_copy_with_other_line_ends_is_the_same_data(written):
    before = ONE.identity()
    assert "by the checksum of its cells (line ends or quotes differ)" in ONE.add(written(TEXT.replace("\n", "\r\n")))
    assert ONE.identity() == before


def test_other_cells_under_the_same_header_are_taken_said_and_told_apart(written):
    said = ONE.add(written(TEXT.replace("blue", "green")))
    assert "header and number of rows are those of the known copy, its cells are not" in said
    assert ONE.identity()["titles.csv"] not in ("", CELLS)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        (
            "id,titel\n1,red\n2,blue\n",
            r"has the columns id, titel, but shop-titles needs a file with the columns id, title",
        ),
        (TEXT + "3,green\n", r"has 3 rows and titles\.csv has 2: it is another table"),
        ("\x00\x01", r"has the columns"),
    ],
)
def test_another_table_is_refused(written, text, sentence):
    with pytest.raises(DatasetError, match=sentence):
        ONE.add(written(text))
    assert ONE.absent()


def test_a_file_that_is_no_text_is_refused(tmp_path):
    (tmp_path / "titles.csv").write_bytes(b"id,title\n1,\xff\n2,x\n")
    with pytest.raises(DatasetError, match="not a CSV file in UTF-8"):
        ONE.add(tmp_path)


def test_a_place_that_holds_nothing_is_refused(tmp_path):
    with pytest.raises(
        DatasetError, match=r"the folder .* holds no file of shop-titles, which needs titles\.csv and prices\.csv"
    ):
        TWO.add(tmp_path)
    with pytest.raises(DatasetError, match="there is no file"):
        TWO.add(tmp_path / "nowhere.csv")


def test_files_are_taken_together_from_a_folder_or_one_by_one(written, tmp_path):
    said = TWO.add(written(TEXT, "anything.csv"))
    assert "taken; shop-titles is not on this machine (prices.csv)" in said
    assert "verified" in TWO.add(written(OTHER, "more.csv"))
    for name in ("titles.csv", "prices.csv"):
        (tmp_path / "cache" / "files" / "shop-titles" / name).unlink()
    written(TEXT, "titles.csv"), written(OTHER, "prices.csv")
    TWO.add(tmp_path)
    assert [path.name for path in TWO.paths()] == ["titles.csv", "prices.csv"]


@pytest.fixture
def served(monkeypatch, tmp_path):
    """Stands for the network: what is at which address, and what was asked for."""
    there, asked = {}, []

    def download(url, target, checksum, progress):
        asked.append((url, checksum))
        if url not in there:
            raise DatasetError(f"{url} can't be reached")
        target.write_bytes(there[url])
        return target

    monkeypatch.setattr(originals, "download", download)
    return there, asked


def zipped(path, member, text):
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr(member, text)
    return path.read_bytes()


def nothing(done, total):
    """Nobody is told."""


def test_fetching_asks_one_address_after_the_other_and_pins_the_file(served):
    there, asked = served
    there["https://b/titles.csv"] = TEXT.encode()
    set_ = Originals(
        "shop-titles", (original(addresses=(Address("https://a/t.csv"), Address("https://b/titles.csv"))),)
    )
    assert "is there, verified by the SHA-256 of the file" in set_.fetch(nothing)
    assert asked == [("https://a/t.csv", SHA), ("https://b/titles.csv", SHA)]
    set_.fetch(nothing)
    assert len(asked) == 2


def test_a_file_in_an_archive_is_verified_by_its_cells_and_the_archive_is_not_kept(served, tmp_path):
    there, _ = served
    set_ = Originals("shop-titles", (original(addresses=(Address("https://a/t.zip", "in/titles.csv"),)),))
    there["https://a/t.zip"] = zipped(tmp_path / "t.zip", "in/titles.csv", TEXT.replace("\n", "\r\n"))
    assert "by the checksum of its cells" in set_.fetch(nothing)
    assert {each.name for each in set_.paths()[0].parent.iterdir()} <= {"titles.csv", ".lock"}


@pytest.mark.parametrize(("member", "text"), [("other.csv", TEXT), ("titles.csv", TEXT.replace("blue", "green"))])
def test_an_archive_with_something_else_is_refused_with_what_else_can_be_done(served, tmp_path, member, text):
    there, _ = served
    set_ = Originals("shop-titles", (original(addresses=(Address("https://a/t.zip", "titles.csv"),)),))
    there["https://a/t.zip"] = zipped(tmp_path / "t.zip", member, text)
    with pytest.raises(DatasetError, match=r"titles\.csv can't be fetched: .*`longtail data add shop-titles PATH`"):
        set_.fetch(nothing)
    assert set_.absent()


def test_an_archive_that_is_none_is_refused(served):
    there, _ = served
    there["https://a/t.zip"] = b"<html>sign in</html>"
    set_ = Originals("shop-titles", (original(addresses=(Address("https://a/t.zip", "titles.csv"),)),))
    with pytest.raises(DatasetError, match=r"titles\.csv\.zip is not a zip archive that holds titles\.csv"):
        set_.fetch(nothing)
