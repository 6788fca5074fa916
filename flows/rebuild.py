"""Making the database anew from the raw bytes and the journal beside them: aside, compared, then put in its place."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from itertools import islice
from pathlib import Path
from tempfile import TemporaryDirectory

from config.load import Declarations
from config.period import Period
from config.scoring import load_scoring
from config.settings import Settings
from config.strict import UnusableError
from flows.keeping import BUSY, PATIENCE, note_kept
from tasks.aggregate.period import code_digest, figures_of, stretch_basis, stretch_from
from tasks.collect.again import harm_to, said_again
from tasks.evaluate.door import evaluate_period
from tasks.evaluate.scored_period import is_scored
from tasks.events import started
from tasks.publish.as_published import differing_figures
from tasks.store.alone import one_run, undisturbed
from tasks.store.calculations import Basis, add_figures
from tasks.store.database import close, is_empty, reading, writing
from tasks.store.journal import Journal, gap, journal_of, read_journal, said_by
from tasks.store.raw import kept_files
from tasks.store.rebuilding import (
    Made,
    all_calculations,
    all_stretches,
    all_versions,
    copy_store,
    fill_store,
    held,
    put_in_place,
)
from tasks.store.soundness import REBUILT
from tasks.store.stretches import add_increments
from tasks.store.submissions import Said, put_said
from tasks.store.tables import submission
from tasks.store.values import Submission

AT_ONCE = 50  # versions written down in one transaction
BESIDE = ".dung-lai-"  # how the folder is called in which the new store is made

Again = Callable[..., Iterator[tuple[Submission, Said | str]]]  # `said_again` of one workplace
Progress = Callable[[int], None]


class RebuildError(UnusableError):
    """The database cannot be made anew; `str()` is one Vietnamese sentence that says why and what to do."""


@dataclass(frozen=True)
class Plan:
    """What there is to make a database from: rows by table, and what cannot come back, in Vietnamese."""

    rows: Mapping[str, int]
    lost: Sequence[str]


@dataclass(frozen=True)
class Rebuilt:
    """What became of it: the plan, what could not be made as it was, and where the database of before lies.

    `outdated` calculations were made by other declarations or other software and are made again by those of today;
    `differing` counts, by release, the figures that are no longer what its files say. `as_then` names the versions that
    would be read otherwise today and are kept as they were read when they were taken in.
    """

    plan: Plan
    lost: Sequence[str]
    outdated: int
    differing: Mapping[str, int]
    aside: Path | None
    as_then: Sequence[str] = ()


@dataclass(frozen=True)
class _Said:
    """What became of reading again: what is lost, in Vietnamese, and the versions kept as they were read then."""

    lost: Sequence[str]
    as_then: Sequence[str]


def plan(settings: Settings) -> Plan:
    """Return what a rebuilding would start from; `RebuildError` when there is nothing to start from."""
    journal = _journal(settings)
    found = _plan(settings, journal)
    return replace(found, lost=[*found.lost, *_unreadable(settings, journal)])


def _unreadable(settings: Settings, journal: Journal) -> Iterator[str]:
    """Give the versions whose workbook is no longer there as it came."""
    for version in (row for entry in journal.entries for row in entry.rows.get(submission.name, ())):
        if harm := harm_to(settings.home / "raw", str(version["sha256"])):
            yield f"{version['unit']} {version['period']} lần {version['version']}: {harm}"


def rebuild(settings: Settings, declarations: Declarations, now: datetime, force: bool) -> Rebuilt:
    """Make the database anew while no run is at work, and put it where the one of before was, which is kept.

    Without `force` nothing takes its place when something is lost. A database other than the workplace's own SQLite
    file must be empty: there the new one is written in one transaction.
    """
    with undisturbed(settings.home, PATIENCE) as still, one_run(settings, PATIENCE if still else 0.0) as free:
        if not (still and free):
            raise RebuildError(BUSY.format(again="dựng lại"))
        if settings.database_url is not None and not is_empty(settings.database):
            raise RebuildError(
                "cơ sở dữ liệu trong CCHC_DATABASE_URL đã có số liệu: tạo một cơ sở dữ liệu trống rồi đổi biến ấy"
            )
        journal = _journal(settings)
        found = _plan(settings, journal)
        with _beside(settings.home) as made:
            url = f"sqlite:///{made}"
            said, outdated = _make(url, settings, declarations, journal)
            lost = [*found.lost, *said.lost]
            if lost and not force:
                raise RebuildError(f"chưa dựng lại gì: {_listed(lost)}; thêm --force để dựng phần còn lại")
            differing = _differing(url, settings, declarations) if outdated else {}
            aside = _take_its_place(made, settings, now)
    rebuilt = Rebuilt(found, lost, outdated, differing, aside, said.as_then)
    note_kept(settings, now, "cchc rebuild", (REBUILT, "", _noted(rebuilt)))
    return rebuilt


def _noted(made: Rebuilt) -> str:
    """Return what the audit says of it."""
    otherwise = [f"{release}: {count} figures otherwise" for release, count in made.differing.items()]
    again = [f"{made.outdated} calculations as of today"] if made.outdated else []
    then = [f"{len(made.as_then)} versions read as when they came"] if made.as_then else []
    return "; ".join([*(made.lost or ["nothing lost"]), *again, *then, *otherwise])


def _differing(url: str, settings: Settings, declarations: Declarations) -> Mapping[str, int]:
    with reading(url) as connection:
        return differing_figures(connection, declarations, settings.home / "published")


def _listed(lost: Sequence[str]) -> str:
    return "; ".join(lost[:5]) + (f" (và {len(lost) - 5} điều nữa)" if len(lost) > 5 else "")


def _journal(settings: Settings) -> Journal:
    path = journal_of(settings.home)
    journal = read_journal(path)
    if journal.entries:
        return journal
    kept = len(kept_files(settings.home / "raw"))
    raise RebuildError(
        f"không có nhật ký {path}: {kept} tệp gốc không cho biết của ai, đến lúc nào; phục hồi bằng «cchc restore»"
        if held(settings.database) is None
        else f"không có nhật ký {path}; cơ sở dữ liệu đang có là từ trước khi có nhật ký: lượt thu nhận kế tiếp sẽ "
        "chép mọi điều nó biết vào nhật ký"
    )


def _plan(settings: Settings, journal: Journal) -> Plan:
    rows: dict[str, int] = {}
    for entry in journal.entries:
        for name, added in entry.rows.items():
            rows[name] = rows.get(name, 0) + len(added)
    lost = [f"{len(journal.broken)} lần ghi trong nhật ký không còn như lúc ghi"] if journal.broken else []
    more = gap(journal.end, held(settings.database) or {}).not_in_journal
    unknown = ", ".join(f"{name}: {number}" for name, number in more.items())
    return Plan(rows, [*lost, *([f"nhật ký thiếu những gì cơ sở dữ liệu đang có ({unknown})"] if unknown else [])])


def _make(url: str, settings: Settings, declarations: Declarations, journal: Journal) -> tuple[_Said, int]:
    """Make the store at `url` and return what is lost, and how many calculations are no longer as they were made."""
    fill_store(url, journal)
    versions = all_versions(url)
    again = partial(said_again, raw=settings.home / "raw", declarations=declarations)
    lost = _say_again(url, versions, again)
    changed = _changed(url, versions, journal)
    _say(url, again(changed, as_before=True))
    still = {v.id for v in _changed(url, changed, journal)}
    _say(url, again([v for v in changed if v.id in still]))  # neither: what is read today, and it is told
    lost += [f"{_named(v)}: nay đọc ra khác lúc nhận" for v in changed if v.id in still]
    stretched = _stretch_again(url, declarations)
    said = _Said(lost, [_named(v) for v in changed if v.id not in still])
    return said, stretched + _calculate_again(url, versions, settings, declarations)


def _changed(url: str, versions: Sequence[Submission], journal: Journal) -> list[Submission]:
    """Return those of `versions` that say otherwise than when they were taken in."""
    if not versions:
        return []
    with reading(url) as connection:
        said = said_by(connection, 0)
    return [v for v in versions if v.id in said and said[v.id] != journal.said.get(v.id)]


def _say_again(url: str, versions: Sequence[Submission], again: Again) -> list[str]:
    with started("Đọc lại tệp gốc", len(versions), "bản nộp") as progress:
        return _say(url, again(versions), progress)


def _say(url: str, again: Iterator[tuple[Submission, Said | str]], progress: Progress = lambda _: None) -> list[str]:
    """Keep what versions say, in place of what they said before, and return which could not be read, and why."""
    lost = []
    while chunk := list(islice(again, AT_ONCE)):
        with writing(url) as connection:
            put_said(connection, {v.id: said for v, said in chunk if not isinstance(said, str)})
        lost += [f"{_named(v)}: {said}" for v, said in chunk if isinstance(said, str)]
        progress(len(chunk))
    return lost


def _named(version: Submission) -> str:
    return f"{version.unit} {version.period} lần {version.version}"


def _calculate_again(url: str, versions: Sequence[Submission], settings: Settings, declarations: Declarations) -> int:
    outdated, made = 0, all_calculations(url, versions)
    scored = any(is_scored(Period.parse(one.period)) for one in made)
    sets = load_scoring(settings.config_dir / "scoring", declarations) if scored else ()
    with started("Tính lại", len(made), "phép tính") as progress:
        for one in made:
            basis = Basis(one.period, one.submissions, f"{declarations.digest} {code_digest()}", one.base)
            outdated += basis.digest != one.digest
            _figures(url, one, basis, declarations)
            evaluate_period(url, declarations, Period.parse(one.period), one.id, sets)
            progress(1)
    return outdated


def _figures(url: str, one: Made, basis: Basis, declarations: Declarations) -> None:
    with reading(url) as connection:
        table = figures_of(connection, basis, declarations, Period.parse(one.period))
    with writing(url) as connection:
        add_figures(connection, one.id, table)


def _stretch_again(url: str, declarations: Declarations) -> int:
    outdated = 0
    for one in all_stretches(url):
        period = Period.parse(one.period)
        with reading(url) as connection:
            basis = stretch_basis(connection, declarations, period, one.calculated_at)
            table = stretch_from(connection, basis, declarations, period)
        outdated += basis.digest != one.digest
        with writing(url) as connection:
            add_increments(connection, one.id, table)
    return outdated


@contextmanager
def _beside(home: Path) -> Iterator[Path]:
    """Give where the new store is made; what is left of it goes afterwards, and what a run that died had begun."""
    for left in home.glob(f"{BESIDE}*"):
        shutil.rmtree(left)
    with TemporaryDirectory(prefix=BESIDE, dir=home.resolve()) as folder:
        yield Path(folder) / "cchc.db"


def _take_its_place(made: Path, settings: Settings, now: datetime) -> Path | None:
    if settings.database_url is not None:
        copy_store(f"sqlite:///{made}", settings.database)
        return None
    before = held(settings.database)
    for url in (f"sqlite:///{made}", *([settings.database] if before else [])):
        close(url)
    aside = settings.home / f"truoc-dung-lai-{now:%Y%m%d-%H%M%S}" if before is not None else None
    return put_in_place(made, settings.home / "cchc.db", aside)
