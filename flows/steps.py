"""The order of a period's work, once: every flow that needs a stretch of it calls the same stretch."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from prefect.runtime import flow_run

from config.load import load
from config.period import Period
from config.settings import Settings
from flows.clock import moment_after_all
from flows.told import tell_release, tell_submissions
from tasks.aggregate.door import aggregate_task
from tasks.aggregate.renewal import outdated_road, outdated_year
from tasks.check.door import check_task
from tasks.collect.door import collect_task
from tasks.evaluate.door import evaluate_task
from tasks.events import finished
from tasks.forms.door import annotate_task
from tasks.notify.door import send_letters_task, write_letters_task, write_reminders_task
from tasks.publish.door import approve_task, decline_task, publish_task
from tasks.publish.wording import STATES
from tasks.store.database import reading
from tasks.store.owed import periods_unanswered

Outdated = Callable[..., Period | None]
OUTCOMES = {
    "submitted": "bản nộp",
    "duplicate": "bản trùng",
    "quarantined": "tệp không dùng được",
    "closed": "biểu gửi khi kỳ đã đóng",
    "ignored": "tệp rác bỏ qua",
}
STATE_WORDS = {state: word.word.lower() for state, word in STATES.items()}


def run_id() -> str:
    """Return the id of the flow run that is under way."""
    return str(flow_run.id)


def clock(today: str) -> str:
    """Return the moment of this run: `today`, or the last run's moment when `today` lies before it.

    What was known on a day must never change afterwards, so nothing is ever done before what has been done already.
    """
    settings = Settings()
    moment = load(settings.config_dir).calendar.moment(today)
    now = moment_after_all(settings, moment)
    if now > moment:
        finished("Đồng hồ", f"đã có lần chạy lúc {now:%H:%M %d/%m/%Y}, lấy từ lúc đó")
    return now.isoformat()


def collect_and_answer(period: str, today: str) -> dict[str, dict[str, int]]:
    """Take in what arrived, judge it, and answer the units; return counts by outcome and by state.

    What arrived for another period that still takes it (late, or reopened) is judged and answered as well.
    """
    outcomes = collect_task(period, today, run_id())
    finished("Thu nhận", _counted(outcomes, OUTCOMES) or "không có tệp mới")
    states, answered = _judge(period, today), _write_answers(period, today)
    for other in sorted(_others_to_answer(period, today)):
        _judge(other, today, f"kỳ {other}: ")
        answered = [sum(both) for both in zip(answered, _write_answers(other, today), strict=True)]
    post = send_letters_task(today, run_id())
    finished("Trả lời", f"{answered[0]} biểu ghi chú lỗi, {answered[1]} thư mới, {post['sent']} thư đã gửi")
    say_post(post)
    return {"outcomes": outcomes, "states": states}


def _judge(period: str, today: str, about: str = "") -> dict[str, int]:
    states = check_task(period, today, run_id())
    tell_submissions(period, today, run_id())
    finished("Kiểm tra", about + (_counted(states, STATE_WORDS) or "chưa có bản nộp nào"))
    return states


def _write_answers(period: str, today: str) -> list[int]:
    """Return how many workbooks were annotated, and how many letters are new."""
    return [annotate_task(period, today), write_letters_task(period, today, run_id())]


def _others_to_answer(period: str, today: str) -> set[str]:
    settings = Settings()
    now = load(settings.config_dir).calendar.moment(today)
    with reading(settings.database) as connection:
        return periods_unanswered(connection, now) - {period}


def remind(periods: Sequence[str], today: str) -> tuple[dict[str, int], dict[str, object]]:
    """Write and send the reminders owed for `periods`; return how many are new by period, and what became of all."""
    written = {period: write_reminders_task(period, today, run_id()) for period in periods}
    post = send_letters_task(today, run_id())
    finished("Nhắc nộp", ", ".join(f"{p}: {n} thư mới" for p, n in written.items()) or "không kỳ nào đang vào mùa")
    say_post(post)
    return written, post


def say_post(post: Mapping[str, object]) -> None:
    """Say how many letters wait and why, when some do."""
    if post["waiting"]:
        why = f": {post['trouble']}" if post["trouble"] else "; xem «cchc letters»"
        finished("Thư còn chờ", f"{post['waiting']} thư{why}; lần chạy sau gửi tiếp")


def calculate(period: str, today: str) -> int:
    """Aggregate and evaluate what counts and return the calculation's id.

    Where a correction came late, the full years that its base comes from are made anew before, and what rests on
    `period` itself afterwards: those periods are told, publishing them is theirs.
    """
    for year in renewed(outdated_year, period, today):
        finished("Số gốc", f"{year.name_within} có số liệu mới, đã tính lại")
    calculation = aggregate_task(period, today, run_id())
    evaluated = evaluate_task(calculation, period)
    finished("Tổng hợp", f"{sum(evaluated.values())} chỉ tiêu toàn huyện và của từng đơn vị")
    finished("Đánh giá", _counted(evaluated, None))
    for later in renewed(outdated_road, period, today):
        finished("Số gốc", f"đã tính lại {later.name_within}: chạy «cchc publish -p {later}» để công bố")
    return calculation


def renewed(outdated: Outdated, period: str, today: str) -> Iterator[Period]:
    """Calculate anew, one after the other, what `outdated` names for `period`, and give each once it is done."""
    settings, asked = Settings(), Period.parse(period)
    declarations = load(settings.config_dir)
    moment = declarations.calendar.moment(today)
    while True:
        with reading(settings.database) as connection:
            old = outdated(connection, declarations, asked, moment)
        if old is None:
            return
        evaluate_task(aggregate_task(str(old), today, run_id()), str(old))
        yield old


def publish(calculation: int, period: str, today: str) -> dict[str, object]:
    """Publish a calculation and return the release: its name, folder, and whether it is new."""
    release = publish_task(calculation, period, today, run_id())
    tell_release(period, release)
    finished("Công bố", f"bản {release['name']}" + ("" if release["is_new"] else " (không có gì thay đổi)"))
    return release


def approve(calculation: int, period: str, post: str, today: str) -> dict[str, object]:
    """Make the current release final in the name of `post` and return the final one."""
    release = approve_task(calculation, period, post, today, run_id())
    finished(
        "Phê duyệt", f"bản {release['name']} " + ("là số liệu chính thức" if release["is_new"] else "đã chính thức")
    )
    return release


def decline(period: str, release: str, post: str, today: str) -> None:
    """Keep that `post` did not approve `release`, which stays provisional."""
    decline_task(period, release, post, today, run_id())
    finished("Phê duyệt", f"bản {release} không được phê duyệt, vẫn là số liệu tạm thời")


def _counted(counts: dict[str, int], names: dict[str, str] | None) -> str:
    shown = names or {key: key for key in counts}
    return ", ".join(f"{counts[key]} {name}" for key, name in shown.items() if counts.get(key))
