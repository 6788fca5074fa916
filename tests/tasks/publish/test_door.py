"""A release is of one state of the store, adds up to its cells, and never goes back."""

import time
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest
from sqlalchemy import update

from config.load import Declarations
from config.settings import Settings
from tasks.publish.release import Release, alone_in
from tasks.publish.totals import Totals
from tasks.publish.verify import MismatchError
from tasks.store import tables
from tasks.store.database import reading, writing
from tests.factory import COMMUNE
from tests.tasks.publish.desk import PERIOD, calculate, on_day, publish, send, send_all


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path, database_url=None)


def table(release: Release, name: str) -> pd.DataFrame:
    return pd.read_csv(release.path / f"{name}.csv", dtype=str, keep_default_na=False, encoding="utf-8-sig")


@pytest.fixture
def calculation(settings: Settings, declarations: Declarations) -> int:
    """Return the calculation of all 19 units; the neighbour did not say how much of its plan is done."""
    send_all(settings, declarations)
    return calculate(settings, declarations, on_day(0))


def test_values_are_those_that_the_evaluation_was_made_from_though_a_correction_came_since(
    settings: Settings, declarations: Declarations, calculation: int
) -> None:
    send(settings, COMMUNE, "19", days=1)
    release = publish(settings, declarations, calculation, on_day(1))
    values = table(release, "values").query("element == 'A02' and unit == @COMMUNE")
    assert values[["value", "submission"]].values.tolist() == [["10", "30628-2022-H1-1"]]
    district = table(release, "evaluation").query("indicator == 'L01' and level == 'district'")
    assert district[["numerator", "denominator"]].values.tolist() == [["183", "405"]]


def test_an_older_run_does_not_point_back(settings: Settings, declarations: Declarations, calculation: int) -> None:
    send(settings, COMMUNE, "19", days=1)
    newer = publish(settings, declarations, calculate(settings, declarations, on_day(1)), on_day(1))
    older = publish(settings, declarations, calculation, on_day(0))
    assert (older.path, older.is_new) == (newer.path, False)
    assert (settings.home / "published" / "2022-H1" / "current").readlink() == Path(newer.name)


def test_what_a_release_shows_is_gathered_once_no_other_run_publishes(
    settings: Settings, declarations: Declarations, calculation: int
) -> None:
    with ThreadPoolExecutor(1) as pool:
        with alone_in(settings.home, PERIOD):
            waiting = pool.submit(publish, settings, declarations, calculation, on_day(1))
            time.sleep(1)
            send(settings, COMMUNE, "19", days=1)
        release = waiting.result()
    assert table(release, "submissions").query("unit == @COMMUNE").version.tolist() == ["1", "2"]


ALTERED = (
    ("evaluation.csv", "hoàn thành,183,405,", "hoàn thành,184,405,", "evaluation.csv: L01 numerator"),
    ("evaluation.csv", ",183,405,45.1851851852,", ",183,405,45.1851851853,", "evaluation.csv: L01 value"),
    ("evaluation.csv", ",%,18,19,", ",%,19,19,", "L01: số đơn vị"),
    ("values.csv", "A02,10,number", "A02,11,number", "values.csv: tổng A02"),
    ("index.html", '"value">45,19<', '"value">45,20<', "index.html: L01"),
)


def test_a_written_figure_that_the_store_does_not_give_is_seen(
    settings: Settings, declarations: Declarations, calculation: int
) -> None:
    folder = publish(settings, declarations, calculation, on_day(0)).path
    with reading(settings.database) as connection:
        totals = Totals(connection, declarations, PERIOD, calculation)
        totals.check(folder)
        for name, was, altered, said in ALTERED:
            text = (folder / name).read_bytes().decode()
            assert was in text
            (folder / name).write_bytes(text.replace(was, altered, 1).encode())
            with pytest.raises(MismatchError, match=said):
                totals.check(folder)
            (folder / name).write_bytes(text.encode())


def test_a_calculation_that_its_cells_do_not_give_is_not_published(
    settings: Settings, declarations: Declarations, calculation: int
) -> None:
    i = tables.indicator_value
    with writing(settings.database) as connection:
        wrong = update(i).where(i.c.level == "district", i.c.indicator == "L01").values(numerator=Decimal(33))
        connection.execute(wrong)
    with pytest.raises(MismatchError, match=r"L01 numerator.*«cchc doctor».*«cchc rebuild»"):
        publish(settings, declarations, calculation, on_day(0))
    with alone_in(settings.home, PERIOD) as folder:
        assert list(folder.iterdir()) == []
