from __future__ import annotations

import msgspec
import pytest

from rig.report.groups import clock, flag_groups, stroke_groups
from tests.report.pages import movement
from tests.report.sessions import flag


def test_by_kind_in_order_of_harm() -> None:
    groups = flag_groups([flag("breath", 1.0), flag("too-hard", 5.0), flag("breath", 3.0)])
    assert [(g.kind, g.count, g.first_s, g.last_s, g.seconds) for g in groups] == [
        ("too-hard", 1, 5.0, 5.0, 0.5),
        ("breath", 2, 1.0, 3.0, 1.0),
    ]


def test_a_flag_without_an_amount_is_never_the_worst() -> None:
    bare = msgspec.structs.replace(flag("out-of-order", 1.0), value=None, limit=None)
    (group,) = flag_groups([bare])
    assert group.worst is None


def test_of_one_unit_the_worst_is_farthest_from_its_limit() -> None:
    light = msgspec.structs.replace(flag("spine-pressure", 1.0), value=50.0, limit=16.0)
    avoid = msgspec.structs.replace(flag("spine-pressure", 2.0), value=9.0, limit=2.0)
    (group,) = flag_groups([avoid, light])
    assert group.worst is light


def test_of_several_units_the_worst_breaks_its_limit_by_the_largest_share() -> None:
    stroke = msgspec.structs.replace(flag("too-fast", 1.0), value=12.0, limit=10.0, unit="cm/s")
    rubbing = msgspec.structs.replace(flag("too-fast", 2.0), value=2.4, limit=1.2, unit="Hz")
    (group,) = flag_groups([stroke, rubbing])
    assert group.worst is rubbing


def test_strokes_by_kind_and_way() -> None:
    groups = stroke_groups([movement(float(k), None, k) for k in range(8)])
    assert [(g.kind, g.direction, g.count) for g in groups] == [
        ("circle", "none", 2),
        ("stroke", "down", 2),
        ("stroke", "out", 2),
        ("stroke", "up", 2),
    ]
    assert groups[-1].force_mean_n == pytest.approx((8 + 12) / 2)


@pytest.mark.parametrize(
    ("seconds", "words"), [(0.0, "0:00.0"), (75.04, "1:15.0"), (59.96, "1:00.0"), (3600, "60:00.0")]
)
def test_a_clock(seconds: float, words: str) -> None:
    assert clock(seconds) == words
