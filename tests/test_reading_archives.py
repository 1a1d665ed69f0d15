"""Files, folders and zips as people hand them over, and zips as attackers make them."""

from __future__ import annotations

import io
import os
import struct
import warnings
import zipfile
from pathlib import Path

import docx
import pytest
from made_files import zip_of

from analyzer.errors import DocumentError
from analyzer.reading import archives
from analyzer.reading.archives import FoundFile, open_files


def names(path: Path) -> list[str]:
    return [found.name if isinstance(found, FoundFile) else f"! {found}" for found in open_files([path])]


def test_folders_are_read_to_the_bottom_in_order_and_hidden_files_are_not(tmp_path: Path) -> None:
    for name in ("b.txt", "a/z.txt", "a/deep/y.txt", ".hidden", ".git/x.txt", "a/~$lock.docx", "a/.DS_Store"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(name)
    assert names(tmp_path) == ["b.txt", "a/z.txt", "a/deep/y.txt"]
    found = [file for file in open_files([tmp_path]) if isinstance(file, FoundFile)]
    assert [file.read().decode() for file in found] == ["b.txt", "a/z.txt", "a/deep/y.txt"]


def test_a_missing_file_is_reported_in_its_place_and_the_rest_goes_on(tmp_path: Path) -> None:
    (tmp_path / "here.txt").write_text("words")
    first, second = open_files([tmp_path / "gone.txt", tmp_path / "here.txt"])
    assert isinstance(first, DocumentError)
    assert "gone.txt" in str(first)
    assert isinstance(second, FoundFile)
    assert second.content == b"words"


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file_is_reported(tmp_path: Path) -> None:
    (tmp_path / "locked.txt").write_text("words")
    (tmp_path / "locked.txt").chmod(0)
    assert "cannot be opened" in names(tmp_path)[0]


def test_a_file_that_is_gone_when_it_is_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("words")
    (found,) = open_files([tmp_path / "a.txt"])
    (tmp_path / "a.txt").unlink()
    assert isinstance(found, FoundFile)
    with pytest.raises(DocumentError, match=r"a\.txt: cannot be opened"):
        found.read()


def test_zips_are_opened_once_inside_another_and_not_deeper(tmp_path: Path) -> None:
    inner = zip_of({"c.txt": b"c", "deeper.zip": zip_of({"d.txt": b"d"})})
    (tmp_path / "all.zip").write_bytes(zip_of({"a.txt": b"a", "__MACOSX/x": b"", ".x": b"", "in.zip": inner}))
    assert names(tmp_path / "all.zip") == [
        "all.zip/a.txt",
        "all.zip/in.zip/c.txt",
        "! all.zip/in.zip/deeper.zip: is a zip inside a zip inside a zip. Unpack it, and add what it holds.",
    ]
    contents = [found.read() for found in open_files([tmp_path / "all.zip"]) if isinstance(found, FoundFile)]
    assert contents == [b"a", b"c"]


def test_word_files_are_documents_though_they_are_zips(tmp_path: Path) -> None:
    file = io.BytesIO()
    docx.Document().save(file)
    (tmp_path / "a.docx").write_bytes(file.getvalue())
    (tmp_path / "all.zip").write_bytes(zip_of({"b.docx": file.getvalue()}))
    assert names(tmp_path) == ["a.docx", "all.zip/b.docx"]


@pytest.mark.parametrize(
    ("inside", "shown"),
    [
        ("../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("a/../../b.txt", "a/b.txt"),
        ("C:\\windows\\x.txt", "windows/x.txt"),
        ("..\\x.txt", "x.txt"),
        ("\\\\server\\share\\x.txt", "server/share/x.txt"),
        ("..", "unnamed"),
        ("note\u202etxt.exe", "note_txt.exe"),
        ("bell\x07 and\nline.txt", "bell_ and_line.txt"),
        ("long" * 100 + ".txt", ("long" * 100 + ".txt")[-150:]),
    ],
)
def test_no_path_leaves_its_zip_and_no_name_deceives(tmp_path: Path, inside: str, shown: str) -> None:
    (tmp_path / "evil.zip").write_bytes(zip_of({inside: b"x", "zz good.txt": b"g"}))
    found = [file for file in open_files([tmp_path / "evil.zip"]) if isinstance(file, FoundFile)]
    assert sorted(file.name for file in found) == [f"evil.zip/{shown}", "evil.zip/zz good.txt"]
    assert {file.read() for file in found} == {b"x", b"g"}


def test_names_of_any_program_are_read_as_their_owner_wrote_them(tmp_path: Path) -> None:
    content = zip_of({"Grüße.txt": b"a"})
    unmarked = content
    for place in (6, content.index(b"PK\x01\x02") + 8):  # where the flag for UTF-8 stands
        flags = int.from_bytes(unmarked[place : place + 2], "little") & ~0x800
        unmarked = unmarked[:place] + flags.to_bytes(2, "little") + unmarked[place + 2 :]
    (tmp_path / "mac.zip").write_bytes(unmarked)
    (tmp_path / "dos.zip").write_bytes(
        unmarked.replace("Grüße.txt".encode(), b"Gr\x81\xe1e__.txt")  # as long, in cp437
    )
    (tmp_path / "new.zip").write_bytes(content)
    assert names(tmp_path / "new.zip") == ["new.zip/Grüße.txt"]
    assert names(tmp_path / "mac.zip") == ["mac.zip/Grüße.txt"]
    assert names(tmp_path / "dos.zip") == ["dos.zip/Grüße__.txt"]


def test_two_files_of_one_name_are_both_kept(tmp_path: Path) -> None:
    file = io.BytesIO()
    with warnings.catch_warnings(), zipfile.ZipFile(file, "w") as package:
        warnings.simplefilter("ignore")
        for name, content in (("call.txt", "one"), ("call.txt", "two"), ("../call.txt", "three"), ("CALL.TXT", "four")):
            package.writestr(name, content)
    (tmp_path / "a.zip").write_bytes(file.getvalue())
    found = {f.name: f.read().decode() for f in open_files([tmp_path / "a.zip"]) if isinstance(f, FoundFile)}
    assert sorted(found.values()) == ["four", "one", "three", "two"]
    assert set(found) == {"a.zip/call.txt", "a.zip/CALL (2).TXT", "a.zip/call (3).txt", "a.zip/call (4).txt"}


def test_files_that_lie_over_each_other_are_refused(tmp_path: Path) -> None:
    """Many entries that unpack the same packed bytes: each looks harmless, together they are a bomb."""
    content = zip_of({"a.txt": os.urandom(60_000)})
    listed = content[content.index(b"PK\x01\x02") : content.rindex(b"PK\x05\x06")]
    start = content.index(b"PK\x01\x02")
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 500, 500, len(listed) * 500, start, 0)
    (tmp_path / "bomb.zip").write_bytes(content[:start] + listed * 500 + end)
    assert names(tmp_path / "bomb.zip") == [
        "! bomb.zip: is a zip whose files lie over each other. It was left out; it may be malicious: pack it again."
    ]


def test_a_list_of_a_million_files_is_refused_before_it_is_read(tmp_path: Path) -> None:
    content = zip_of({"a.txt": b"a"})
    start = content.index(b"PK\x01\x02")
    listed = content[start : content.rindex(b"PK\x05\x06")]
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, len(listed) * 400_000, start, 0)
    (tmp_path / "many.zip").write_bytes(content[:start] + listed * 400_000 + end)
    assert names(tmp_path / "many.zip") == [
        "! many.zip: holds more than 10,000 files. Unpack it, and add the folders you need."
    ]


def test_empty_zips_and_empty_files_in_zips(tmp_path: Path) -> None:
    (tmp_path / "none.zip").write_bytes(zip_of({}))
    assert names(tmp_path / "none.zip") == [
        "! none.zip: is a zip without files. Check that the export finished, and add it again."
    ]
    (tmp_path / "one.zip").write_bytes(zip_of({"folder/": b"", "windows\\": b"", "a.txt": b""}))
    (found,) = open_files([tmp_path / "one.zip"])
    assert isinstance(found, FoundFile)
    assert (found.name, found.read()) == ("one.zip/a.txt", b"")


def test_files_packed_in_a_way_we_cannot_unpack_say_so(tmp_path: Path) -> None:
    content = zip_of({"a.txt": b"words " * 50})
    for place in (8, content.index(b"PK\x01\x02") + 10):  # where the method stands; 9 is Deflate64
        content = content[:place] + b"\x09\x00" + content[place + 2 :]
    (tmp_path / "a.zip").write_bytes(content)
    (found,) = open_files([tmp_path / "a.zip"])
    assert isinstance(found, FoundFile)
    with pytest.raises(DocumentError, match="packed in a way we cannot unpack"):
        found.read()


def test_protected_zips_say_so(tmp_path: Path) -> None:
    content = zip_of({"a.txt": b"words"})
    for place in (6, content.index(b"PK\x01\x02") + 8):
        content = content[:place] + b"\x01\x00" + content[place + 2 :]
    (tmp_path / "a.zip").write_bytes(content)
    assert "is protected by a password" in names(tmp_path / "a.zip")[0]


def test_a_zip_that_is_moved_before_it_is_read_says_so(tmp_path: Path) -> None:
    (tmp_path / "a.zip").write_bytes(zip_of({"a.txt": b"words"}))
    (found,) = open_files([tmp_path / "a.zip"])
    (tmp_path / "a.zip").unlink()
    assert isinstance(found, FoundFile)
    with pytest.raises(DocumentError, match=r"a\.zip/a\.txt: cannot be unpacked any more"):
        found.read()


def test_links_in_zips_are_left_out(tmp_path: Path) -> None:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        link = zipfile.ZipInfo("link.txt")
        link.external_attr = 0o120777 << 16
        package.writestr(link, "/etc/passwd")
    (tmp_path / "links.zip").write_bytes(file.getvalue())
    assert "is a link" in names(tmp_path / "links.zip")[0]


def test_bombs_are_refused_without_being_unpacked(tmp_path: Path) -> None:
    (tmp_path / "bomb.zip").write_bytes(zip_of({"zeros.txt": bytes(20 * 2**20), "good.txt": b"g"}))
    found = names(tmp_path / "bomb.zip")
    assert found[0] == "bomb.zip/good.txt"
    assert "more than 100 times its size" in found[1]


def test_limits_on_size_and_number_are_sentences(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "many.zip").write_bytes(zip_of({f"{n}.txt": b"x" for n in range(12)}))
    monkeypatch.setattr(archives, "MAX_ENTRIES", 10)
    assert "holds more than 10 files" in names(tmp_path / "many.zip")[0]

    monkeypatch.setattr(archives, "MAX_UNPACKED_BYTES", 1000)
    (tmp_path / "big.zip").write_bytes(zip_of({"a.txt": os.urandom(600), "b.txt": os.urandom(600)}))
    found = names(tmp_path / "big.zip")
    assert found[0] == "big.zip/a.txt"
    assert "past 2 GB" in found[1]

    monkeypatch.setattr(archives, "MAX_FILE_BYTES", 100)
    (tmp_path / "big.txt").write_bytes(bytes(101))
    (big,) = open_files([tmp_path / "big.txt"])
    assert isinstance(big, FoundFile)
    with pytest.raises(DocumentError, match="larger than 200 MB"):
        big.read()


def test_damaged_and_locked_zips_are_sentences(tmp_path: Path) -> None:
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04 and then nothing")
    assert names(tmp_path / "broken.zip") == [
        "! broken.zip: is a damaged zip. Pack it again, or add the files themselves."
    ]
    whole = bytearray(zip_of({"a.txt": b"words " * 50}))
    whole[45] ^= 0xFF
    (tmp_path / "bad.zip").write_bytes(bytes(whole))
    (found,) = open_files([tmp_path / "bad.zip"])
    assert isinstance(found, FoundFile)
    with pytest.raises(DocumentError, match="damaged inside its zip"):
        found.read()


def test_a_folder_that_holds_a_study_is_no_source(tmp_path: Path) -> None:
    (tmp_path / "call.txt").write_text("Pia: Hello.")
    study = tmp_path / "study"
    (study / "originals").mkdir(parents=True)
    (study / "study.db").write_bytes(b"")
    (study / "originals" / "d1.txt").write_text("Pia: Hello.")
    assert [found.name for found in open_files([tmp_path]) if isinstance(found, FoundFile)] == ["call.txt"]
