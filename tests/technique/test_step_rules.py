"""All rules of a step together: however its findings are cut, the same flags."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from rig.technique.timeline import Mark
from tests.technique.judging import judged, stairs
from tests.technique.script import Script, stroke


def everything(seed: int) -> tuple[Script, list[Mark]]:
    """A session with something for each rule."""
    rng = np.random.default_rng(seed)
    script = Script(80)
    steps = ["contact.1", "contact.3", "contact.2"]
    if seed % 2:
        steps = ["therapeutic.7", "therapeutic.6", "therapeutic.4"]
    marks = [Mark(int(25e6 * k), step) for k, step in enumerate(steps)]
    for contact in range(1, 14):
        t0, x, y = rng.uniform(0, 70), rng.uniform(-90, 90), rng.uniform(0, 440)
        for k, force in enumerate(stairs((rng.uniform(2, 10), 2.0), (rng.uniform(8, 20), rng.uniform(1.5, 5)))):
            script.touch(t0 + k * 0.02, t0 + k * 0.02 + 0.02, force, x, contact, 40.0, y)
    for _ in range(30):
        t0, side = rng.uniform(0, 70), str(rng.choice(["left", "right"]))
        parts = tuple(rng.uniform(10, 20, 8).tolist())
        script.strokes.append(stroke(t0=t0, t1=t0 + rng.uniform(1, 5), side=side, force_parts_n=parts))
    script.strokes.sort(key=lambda s: s.t1)
    script.missing[rng.random(len(script.missing)) < 0.005] = True
    return script, marks


@settings(max_examples=25)
@given(st.integers(0, 10_000), st.lists(st.integers(0, 4000), max_size=60))
def test_the_flags_are_the_same_to_the_bit_however_findings_are_cut(seed: int, cuts: list[int]) -> None:
    script, marks = everything(seed)
    whole = judged(script, *marks)
    assert whole, "nothing to compare"
    assert judged(script, *marks, cuts=tuple(cuts)) == whole
    if seed % 5 == 0:
        assert judged(script, *marks, cuts=tuple(range(4000))) == whole
