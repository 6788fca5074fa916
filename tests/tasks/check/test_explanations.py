"""What a unit writes in the note cell stands beside the finding, and beside that of the next period."""

from __future__ import annotations

from tests.tasks.check.factory import findings, report

WHY = {"C50": "Có 2 thư cho hồ sơ trễ của năm trước"}


def test_an_explanation_stands_beside_the_finding() -> None:
    (finding,) = findings(report("2023-H1", {"C50": 9}, notes=WHY), rules="ID25")
    assert finding.message.endswith(" Đơn vị đã giải thích: «Có 2 thư cho hồ sơ trễ của năm trước».")


def test_an_explanation_is_carried_to_the_next_period() -> None:
    (finding,) = findings(report("2023-H1", {"C50": 9}), report("2023-Q1", {"C50": 9}, notes=WHY), rules="ID25")
    assert finding.message.endswith(
        " Biểu quý I năm 2023, đơn vị đã giải thích: «Có 2 thư cho hồ sơ trễ của năm trước»."
    )


def test_a_new_explanation_takes_the_place_of_the_carried_one() -> None:
    now = report("2023-H1", {"C50": 9}, notes={"C50": "Gửi bù"})
    (finding,) = findings(now, report("2023-Q1", {"C50": 9}, notes=WHY), rules="ID25")
    assert finding.message.endswith(" Đơn vị đã giải thích: «Gửi bù».")
    assert "quý I" not in finding.message


def test_an_explanation_is_carried_to_the_next_period_only() -> None:
    earlier = (report("2023-Q1", {"C50": 9}, notes=WHY), report("2023-H1", {"C50": 9}))
    (finding,) = findings(report("2023-Q3", {"C50": 9}), *earlier, rules="ID25")
    assert "giải thích" not in finding.message


def test_a_long_explanation_is_cut_and_stays_on_one_line() -> None:
    (finding,) = findings(report("2023-H1", {"C50": 9}, notes={"C50": "Vì\nthế {x} " + "a" * 500}), rules="ID25")
    assert "\n" not in finding.message
    assert "«Vì thế {x} aaa" in finding.message
    assert finding.message.endswith("…».")


def test_what_nobody_explained_is_not_said_to_be() -> None:
    (finding,) = findings(report("2023-H1", {"C50": 9}), report("2023-Q1"), rules="ID25")
    assert "giải thích" not in finding.message
