"""Segments: signed bytes as received, found by place, cut after a crash, loud when something is missing."""

import gzip
import zlib
from datetime import date
from pathlib import Path

import pytest

from ingest.segments import Place, Segments, segment_name

NAME = segment_name(tenant="t_000001", plant="plant-1", day=date(2026, 7, 15))


def segments(home: Path, end: int = 0) -> Segments:
    return Segments(home=home, known_end=lambda _: end)


def test_payloads_are_read_back_byte_for_byte_and_the_file_is_plain_gzip(tmp_path: Path) -> None:
    payloads = [b'{"a":1}\nc2ln', b'{"b":2}\nc2ln']
    kept = segments(tmp_path)
    places = kept.append([(NAME, payload) for payload in payloads])
    places += kept.append([(NAME, payloads[0])])
    assert [kept.read(place) for place in places] == [*payloads, payloads[0]]
    assert gzip.decompress((tmp_path / NAME).read_bytes()) == b"".join(
        payload + b"\n" for payload in [*payloads, payloads[0]]
    )


def test_what_a_crash_left_behind_the_last_known_batch_is_cut_off(tmp_path: Path) -> None:
    first, second = segments(tmp_path).append([(NAME, b"one"), (NAME, b"two")])
    after = segments(tmp_path, end=first.position + first.length)
    (again,) = after.append([(NAME, b"three")])
    assert again.position == second.position
    assert after.read(again) == b"three"


def test_what_was_appended_in_vain_is_cut_off_at_the_next_touch(tmp_path: Path) -> None:
    kept = segments(tmp_path)
    kept.append([(NAME, b"one")])
    kept.forget()
    (again,) = kept.append([(NAME, b"two")])
    assert again.position == 0
    assert gzip.decompress((tmp_path / NAME).read_bytes()) == b"two\n"


@pytest.mark.parametrize("lost", ["its end", "all bytes", "the file"])
def test_a_segment_that_lost_known_bytes_is_told_and_what_comes_is_kept_behind_it(
    tmp_path: Path, lost: str, caplog: pytest.LogCaptureFixture
) -> None:
    """A plant's damaged file must not hold up the plant, let alone all others."""
    (place,) = segments(tmp_path).append([(NAME, b"one")])
    end, path = place.position + place.length, tmp_path / NAME
    if lost == "the file":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[: end - 8 if lost == "its end" else 0])
    kept = segments(tmp_path, end=end)
    (second,) = kept.append([(NAME, b"two")])
    assert (second.position, kept.read(second)) == (end, b"two")
    assert "what is missing is lost" in caplog.text
    with pytest.raises((OSError, EOFError, zlib.error)):
        kept.read(place)


def test_a_damaged_batch_is_noticed(tmp_path: Path) -> None:
    (place,) = segments(tmp_path).append([(NAME, b"one" * 50)])
    content = bytearray((tmp_path / NAME).read_bytes())
    content[-5] ^= 1
    (tmp_path / NAME).write_bytes(bytes(content))
    with pytest.raises((OSError, EOFError)):
        segments(tmp_path).read(Place(place.segment, place.position, place.length))


@pytest.mark.parametrize("name", ["../x", "", "a/b", "A"])
def test_a_name_that_would_leave_the_folder_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match="no names"):
        segment_name(tenant=name, plant="plant-1", day=date(2026, 7, 15))
