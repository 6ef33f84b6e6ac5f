"""A CSV file that grows, is rotated, cut off or badly written: each line once, the unreadable set aside."""

import os
import threading
from collections.abc import Callable
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from agent.intake import Intake
from agent.settings import CsvSource, TimeFormat
from agent.sources.csv_file import CsvReader
from agent.spool import Spool
from agent.words import Notice
from tests.agent.conftest import Told, wait_for
from tests.agent.plants import in_thread

HEAD = "time,a,b\n"


def source(path: Path, **more: object) -> CsvSource:
    fields = {
        "name": "hall",
        "path": path,
        "encoding": "utf-8",
        "delimiter": ",",
        "time_column": "time",
        "time": TimeFormat(form="iso", zone=ZoneInfo("Asia/Shanghai")),
        "columns": {"energy-a": "a", "energy-b": "b"},
        "meter_column": "",
        "value_column": "value",
    }
    return CsvSource(**fields | more)  # type: ignore[arg-type]


def line(n: int) -> str:
    return f"2026-07-01 08:{n // 60:02d}:{n % 60:02d},{n}.50,{2 * n}\n"


def read_all(path: Path, intake: Intake, told: Told, **more: object) -> None:
    """Reads to the end of the file, as a replay does."""
    reader = CsvReader(source(path, **more), intake.meters, intake, told.tell)
    reader.follow = False
    reader.run(threading.Event())
    reader.close()


def values(intake: Intake, meter: str = "energy-a") -> list[str]:
    rows = intake.spool._ask("select value from reading where meter like ? order by seq", (f"%/{meter}",))
    return [value for (value,) in rows]


def test_a_file_is_read_to_its_end_once_whatever_its_last_line_ends_with(
    tmp_path: Path, intake: Intake, told: Told
) -> None:
    path = tmp_path / "hall.csv"
    path.write_text("\ufeff" + HEAD + "".join(line(n) for n in range(3)).rstrip("\n"), encoding="utf-8")
    read_all(path, intake, told)
    read_all(path, intake, told)
    assert values(intake) == ["0.5", "1.5", "2.5"]
    assert values(intake, "energy-b") == ["0", "2", "4"]
    rows = intake.spool._ask("select min(ts_ms), min(quality) from reading", ())
    assert rows == [(1_782_864_000_000, "good")]


def test_a_growing_file_is_followed_and_half_a_line_waits(tmp_path: Path, intake: Intake, told: Told) -> None:
    path = tmp_path / "hall.csv"
    path.write_text(HEAD + line(0))
    reader = CsvReader(source(path), intake.meters, intake, told.tell)
    stop, thread = in_thread(reader.run)
    wait_for(lambda: len(values(intake)) == 1)
    with path.open("a") as file:
        file.write(line(1)[:9])
        file.flush()
        wait_for(lambda: reader._file is not None)
        assert len(values(intake)) == 1
        file.write(line(1)[9:])
    wait_for(lambda: values(intake) == ["0.5", "1.5"])
    stop.set()
    thread.join(5)


def test_a_rotated_file_is_read_to_its_end_before_the_new_one(
    tmp_path: Path, intake: Intake, told: Told
) -> None:
    path = tmp_path / "hall.csv"
    path.write_text(HEAD + line(0))
    stop, thread = in_thread(CsvReader(source(path), intake.meters, intake, told.tell).run)
    wait_for(lambda: len(values(intake)) == 1)
    with path.open("a") as file:
        file.write(line(1))
    path.rename(tmp_path / "hall.csv.1")
    path.write_text(HEAD + "".join(line(n) for n in range(2, 6)))
    wait_for(lambda: len(values(intake)) == 6)
    stop.set()
    thread.join(5)
    assert values(intake) == [f"{n}.5" for n in range(6)]


@pytest.mark.parametrize("way", ["renamed", "copied and cut off"])
def test_a_file_that_was_rotated_while_nobody_read_is_read_to_its_end_first(
    tmp_path: Path, intake: Intake, told: Told, way: str
) -> None:
    path, former = tmp_path / "hall.csv", tmp_path / "hall.csv.1"
    path.write_text(HEAD + line(0))
    read_all(path, intake, told)
    with path.open("a") as file:
        file.write(line(1) + line(2))
    if way == "renamed":
        path.rename(former)
    else:
        former.write_bytes(path.read_bytes())
    path.write_text(HEAD + line(3))
    (tmp_path / "hall-2.csv").write_text(HEAD + line(7))
    for _ in range(2):
        stop, thread = in_thread(CsvReader(source(path), intake.meters, intake, told.tell).run)
        wait_for(lambda: len(values(intake)) == 4)
        stop.set()
        thread.join(5)
    assert values(intake) == [f"{n}.5" for n in range(4)]


def test_a_file_that_was_cut_off_or_replaced_begins_anew_also_where_the_new_one_is_longer(
    tmp_path: Path, intake: Intake, told: Told
) -> None:
    path = tmp_path / "hall.csv"
    path.write_text(HEAD + line(0) + line(1))
    read_all(path, intake, told)
    path.write_text(HEAD + line(2))
    read_all(path, intake, told)
    path.write_text(HEAD + "".join(line(n) for n in range(3, 9)))
    read_all(path, intake, told)
    assert values(intake) == [f"{n}.5" for n in range(9)]


def test_a_meter_a_line_with_another_delimiter_and_time(tmp_path: Path, intake: Intake, told: Told) -> None:
    path = tmp_path / "long.csv"
    path.write_text("m;time;value\nenergy-b;1782864000;1\nenergy-a;1782864001;2\nenergy-x;1782864002;3\n")
    read_all(
        path, intake, told, columns={}, meter_column="m", delimiter=";",
        time=TimeFormat(form="epoch_s", zone=ZoneInfo("UTC")),
    )  # fmt: skip
    assert (values(intake), values(intake, "energy-b")) == (["2"], ["1"])
    assert "no meter" in intake.spool.set_asides(9)[0][2]


@pytest.mark.parametrize(
    ("bad", "words"),
    [
        ("yesterday,1,2\n", "not of the form"),
        ("2026-07-01 08:00:07\n", "1 of 3 columns"),
        ("2026-07-01 08:00:07,\udcff,2\n", "not utf-8"),
        ("2600-07-01 08:00:07,1,2\n", "outside 1970"),
    ],
)
def test_a_line_that_cannot_be_read_is_set_aside_with_its_place_and_takes_no_other_with_it(
    tmp_path: Path, intake: Intake, told: Told, bad: str, words: str
) -> None:
    path = tmp_path / "hall.csv"
    path.write_bytes((HEAD + line(0) + bad + line(2)).encode(errors="surrogateescape"))
    read_all(path, intake, told)
    assert values(intake) == ["0.5", "2.5"]
    ((_, place, error, _),) = intake.spool.set_asides(9)
    assert place == "hall.csv:3"
    assert words in error
    assert told.names() == {Notice.SOURCE_UNREADABLE, Notice.SOURCE_BACK, Notice.SPOOL_ROOM}


def test_a_file_in_gbk_with_chinese_columns_is_read(tmp_path: Path, intake: Intake, told: Told) -> None:
    path = tmp_path / "hall.csv"
    path.write_bytes("时间,电量\n2026/07/01 08:00,1.5\n".encode("gbk"))
    form = TimeFormat(form="%Y/%m/%d %H:%M", zone=ZoneInfo("Asia/Shanghai"))
    columns = {"energy-a": "电量"}
    read_all(path, intake, told, encoding="gb18030", time_column="时间", time=form, columns=columns)
    assert values(intake) == ["1.5"]


def test_a_file_waits_while_half_of_the_spool_waits_for_receipts(
    tmp_path: Path, intake: Intake, told: Told, new_spool: Callable[..., Spool]
) -> None:
    intake.spool = new_spool("small", bytes_max=200_000)
    path = tmp_path / "hall.csv"
    path.write_text(HEAD + "".join(line(n) for n in range(450)))
    stop, thread = in_thread(CsvReader(source(path), intake.meters, intake, told.tell).run)
    wait_for(lambda: intake.taken == 900)
    with path.open("a") as file:
        file.write(line(450))
    assert not stop.wait(1.2)
    assert intake.taken == 900
    stop.set()
    thread.join(5)


def test_a_value_that_is_no_number_goes_to_the_platform_which_shows_it_an_empty_one_is_none(
    tmp_path: Path, intake: Intake, told: Told
) -> None:
    path = tmp_path / "hall.csv"
    path.write_text(HEAD + "2026-07-01 08:00:00,n/a,\n2026-07-01 08:00:01,1e3,nan\n")
    read_all(path, intake, told)
    assert values(intake) == ["n/a", "1000"]
    assert values(intake, "energy-b") == ["nan"]


def test_a_missing_file_and_a_missing_column_are_told(tmp_path: Path, intake: Intake, told: Told) -> None:
    read_all(tmp_path / "none.csv", intake, told)
    assert told.notices.count((Notice.SOURCE_AWAY, "hall")) == 1
    path = tmp_path / "hall.csv"
    path.write_text("time,a\n")
    read_all(path, intake, told)
    assert told.notices.count((Notice.SOURCE_AWAY, "hall")) == 2


def test_a_line_without_end_is_passed_over_not_kept_in_memory(
    tmp_path: Path, intake: Intake, told: Told
) -> None:
    path = tmp_path / "hall.csv"
    path.write_text(HEAD + "x" * 300_000 + "\n" + line(1))
    read_all(path, intake, told)
    assert values(intake) == ["1.5"]
    assert os.path.getsize(path) > 300_000
    assert len(intake.spool.set_asides(99)) >= 4
