"""An illustrative plan: tasks of our own making, the same for the same seed, adding up to what is typed beside them."""

from __future__ import annotations

import random
from collections.abc import Mapping
from datetime import date, timedelta

from config.plan_task import TASK_STATE_NAMES, TaskState

Offices = Mapping[tuple[str, str], tuple[str, ...]]

# What such plans ask for, by the office in charge and the post of who sees to it.
OFFICES: Offices = {
    ("Phòng Nội vụ", "Trưởng phòng"): (
        "Ban hành kế hoạch kiểm tra công tác cải cách hành chính năm",
        "Kiểm tra cải cách hành chính tại các xã, thị trấn",
        "Rà soát, bố trí công chức theo vị trí việc làm",
        "Tổng hợp kết quả chấm điểm cải cách hành chính cấp xã",
        "Tổ chức bồi dưỡng nghiệp vụ cho công chức phụ trách cải cách hành chính",
    ),
    ("Văn phòng HĐND và UBND", "Chánh Văn phòng"): (
        "Cập nhật, niêm yết công khai thủ tục hành chính",
        "Khảo sát mức độ hài lòng tại Bộ phận Một cửa",
        "Số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực",
        "Theo dõi, đôn đốc nhiệm vụ được giao trên phần mềm",
        "Kiện toàn Bộ phận Một cửa cấp huyện, cấp xã",
    ),
    ("Phòng Tư pháp", "Trưởng phòng"): (
        "Rà soát văn bản quy phạm pháp luật do huyện ban hành",
        "Kiểm tra, theo dõi tình hình thi hành pháp luật",
        "Phổ biến quy định mới về thủ tục hành chính",
    ),
    ("Phòng Tài chính - Kế hoạch", "Phó Trưởng phòng"): (
        "Rà soát phương án tự chủ của đơn vị sự nghiệp công lập",
        "Đôn đốc giải ngân vốn đầu tư công",
        "Hướng dẫn xã, thị trấn tự chủ kinh phí quản lý hành chính",
    ),
    ("Phòng Văn hóa và Thông tin", "Phó Trưởng phòng"): (
        "Cấp chữ ký số cho lãnh đạo, công chức",
        "Vận hành trang thông tin điện tử của huyện và các xã",
        "Tuyên truyền dịch vụ công trực tuyến",
        "Tập huấn xử lý hồ sơ công việc trên môi trường mạng",
    ),
}

OFFICES_OF_COMMUNE: Offices = {
    ("Văn phòng HĐND và UBND", "Chánh Văn phòng"): (
        "Ban hành kế hoạch cải cách hành chính năm của xã",
        "Tự kiểm tra công tác cải cách hành chính",
        "Theo dõi, đôn đốc nhiệm vụ được giao trên phần mềm",
        "Rà soát văn bản quy phạm pháp luật do xã ban hành",
    ),
    ("Trung tâm Phục vụ hành chính công", "Phó Giám đốc"): (
        "Cập nhật, niêm yết công khai thủ tục hành chính",
        "Khảo sát mức độ hài lòng của người dân",
        "Số hóa kết quả giải quyết thủ tục hành chính còn hiệu lực",
    ),
    ("Phòng Kinh tế", "Trưởng phòng"): (
        "Rà soát phương án tự chủ của đơn vị sự nghiệp công lập",
        "Đôn đốc giải ngân vốn đầu tư công",
    ),
    ("Phòng Văn hóa - Xã hội", "Trưởng phòng"): (
        "Rà soát, bố trí công chức theo vị trí việc làm",
        "Cấp chữ ký số cho lãnh đạo, công chức",
        "Tuyên truyền dịch vụ công trực tuyến",
        "Vận hành trang thông tin điện tử của xã",
    ),
}


def illustrate_tasks(
    seed: str, cut_off: date, counts: Mapping[str, int], offices: Offices = OFFICES
) -> list[dict[str, object]]:
    """Return as many tasks of `offices` as `counts` says under A01: A02 are done by `cut_off`, A04 overdue.

    Each is a mapping of the parts of `TaskColumns` to what is typed there. `ValueError` when A02 and A04 exceed A01.
    """
    total, done, overdue = counts["A01"], counts["A02"], counts["A04"]
    if done + overdue > total:
        raise ValueError(f"{done} tasks done and {overdue} overdue are more than {total}")
    rng = random.Random(seed)  # noqa: S311  figures to look at, no secret
    fates = ["done"] * done + ["overdue"] * overdue + ["open"] * (total - done - overdue)
    rng.shuffle(fates)
    return [_task(rng, place, fate, cut_off, offices) for place, fate in enumerate(fates)]


def _task(rng: random.Random, place: int, fate: str, cut_off: date, offices: Offices) -> dict[str, object]:
    (office, post), contents = list(offices.items())[place % len(offices)]
    turn, index = divmod(place // len(offices), len(contents))
    content = contents[index] + (f" (đợt {turn + 1})" if turn else "")
    known: dict[str, object] = {"code": f"NV{place + 1:02}", "content": content, "responsible": office, "post": post}
    if fate == "done":
        finished = cut_off - timedelta(days=rng.randint(5, 80))
        due = finished + timedelta(days=rng.randint(-3, 30))
        return known | {"due": due, "state": TASK_STATE_NAMES[TaskState.DONE], "done": finished}
    if fate == "overdue":
        due = cut_off - timedelta(days=rng.randint(10, 75))
        return known | {"due": due, "state": TASK_STATE_NAMES[TaskState.ONGOING]}
    state = rng.choice((TaskState.ONGOING, TaskState.NOT_STARTED))
    last = date(cut_off.year, 12, 10)
    due = cut_off + timedelta(days=rng.randint(10, max(11, (last - cut_off).days)))
    return known | {"due": due, "state": TASK_STATE_NAMES[state]}
