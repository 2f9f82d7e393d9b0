from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rig.calibration.fit import fit_loads
from rig.calibration.fitted_profile import profile_of
from rig.calibration.loads import Loads, read_loads
from rig.calibration.press_file import read_press
from rig.calibration.readings import readings_of
from rig.errors import InputError
from tests.calibration.weighing import small_pad

PAD = small_pad(2, 1)
GOOD = "channel,t_s,load_n,counts,cycle\n0,0.0,0,3,1\n0,0.1,1.0,270,1\n1,0.2,2.0,400,1\n"


def written(folder: Path, text: str) -> Path:
    path = folder / "loads.csv"
    path.write_text(text)
    return path


def test_a_good_file(tmp_path: Path) -> None:
    loads = read_loads(written(tmp_path, GOOD), PAD)
    assert loads.channels == [0, 1]
    assert loads.t_us.tolist() == [0, 100_000, 200_000]
    assert loads.cycle.tolist() == [1, 1, 1]


def test_columns_in_any_order_without_cycle(tmp_path: Path) -> None:
    loads = read_loads(written(tmp_path, "counts,load_n,t_s,channel\n270,1,0,1\n"), PAD)
    assert (loads.channel[0], loads.counts[0], loads.cycle[0]) == (1, 270, 0)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0,0.1,1.0,270,1", "0,0.1,1.0,x,1", "line 3, column counts: 'x' is not a number"),
        ("0,0.1,1.0,270,1", "0,0.1,1.0,2000,1", "line 3, column counts: 2000 is not within 0 to 1023"),
        ("0,0.1,1.0,270,1", "9,0.1,1.0,270,1", "line 3, column channel: pad small has no channel 9"),
        ("0,0.1,1.0,270,1", "0,0.1,-1,270,1", "line 3, column load_n: -1 is below zero"),
        ("0,0.1,1.0,270,1", "0,,1.0,270,1", "line 3, column t_s: empty"),
        ("0,0.1,1.0,270,1", "0,0.1,nan,270,1", "line 3, column load_n: nan is not a number"),
        ("0,0.1,1.0,270,1", "0,0.1,1.0", "line 3: 3 columns instead of 5"),
        ("1,0.2,2.0,400,1\n", "1,0.2,2.", "line 4: 3 columns instead of 5: the file is cut off here"),
        ("load_n,", "", "column load_n is missing"),
        (GOOD, "", "empty"),
        (GOOD[GOOD.index("\n") :], "\n", "only the header"),
    ],
)
def test_errors_name_line_and_column(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=r"loads\.csv") as raised:
        read_loads(written(tmp_path, GOOD.replace(old, new)), PAD)
    assert said in str(raised.value)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("\n", "\r\n"),
        ("channel", "\ufeffchannel"),
        ("\n1,", "\n\n  \n1,"),
        ("channel", "# of my evening\nchannel"),
        ("\n1,", "\n# the second sensor\n1,"),
        ("\n1,", "\nc1,"),
        ("channel,t_s", "Channel, T_s"),
        (",0,3,1", ",-0.004,3,1"),
        ("channel", "sep=,\nchannel"),
        ("\n1,", "\n,,,,\n1,"),
        ("\n1,", "\nchannel,t_s,load_n,counts,cycle\n1,"),
    ],
)
def test_what_others_write_is_read_alike(tmp_path: Path, old: str, new: str) -> None:
    path = tmp_path / "loads.csv"
    path.write_bytes(GOOD.replace(old, new, -1 if old == "\n" else 1).encode())
    loads = read_loads(path, PAD)
    assert loads.t_us.tolist() == [0, 100_000, 200_000]
    assert loads.load_n.tolist() == [0.0, 1.0, 2.0]
    assert loads.channels == [0, 1]


@pytest.mark.parametrize("divider", [";", "\t"])
@pytest.mark.parametrize("decimal", [",", "."])
def test_a_spreadsheet_with_other_dividers_and_decimal_commas(tmp_path: Path, divider: str, decimal: str) -> None:
    loads = read_loads(written(tmp_path, GOOD.replace(",", divider).replace(".", decimal)), PAD)
    assert loads.t_us.tolist() == [0, 100_000, 200_000]
    assert loads.load_n.tolist() == [0.0, 1.0, 2.0]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [("t_s", "t_ms", "there is t_ms, but it must be t_s, in seconds"), ("load_n", "load_kg", "load_n, in newtons")],
)
def test_a_column_in_another_unit_is_told(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError, match=rf"line 1: column {old} is missing.*{said}"):
        read_loads(written(tmp_path, GOOD.replace(old, new)), PAD)


def test_rows_out_of_order_are_told(tmp_path: Path) -> None:
    times = np.random.default_rng(1).permutation(60)
    rows = "".join(f"1,{t},2.0,{400 + t % 3}\n" for t in times)
    with pytest.raises(InputError, match=r"time goes back .* channel 1.*sort the rows"):
        read_loads(written(tmp_path, "channel,t_s,load_n,counts\n" + rows), PAD)


@pytest.mark.parametrize("moving", [False, True])
def test_milliseconds_are_asked_about(tmp_path: Path, moving: bool) -> None:
    load = [2.0 + (k % 7) * moving for k in range(400)]
    for scale, fine in ((0.01, True), (10, False)):  # a hundred readings a second
        rows = "".join(f"1,{k * scale:g},{f + k * moving / 1e4},{400 + k % 3}\n" for k, f in enumerate(load))
        path = written(tmp_path, "channel,t_s,load_n,counts\n" + rows)
        if fine:
            assert len(read_loads(path, PAD)) == 400
            continue
        with pytest.raises(InputError, match=r"column t_s: .*are these milliseconds"):
            read_loads(path, PAD)


def test_a_clock_that_stands_still_is_told(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="column t_s: every reading of channel 1 has the same time"):
        read_loads(written(tmp_path, "channel,t_s,load_n,counts\n1,0,1,300\n1,0,2,400\n1,0,5,500\n"), PAD)


def test_two_readings_under_one_weight_are_fitted(tmp_path: Path) -> None:
    loads = read_loads(written(tmp_path, "channel,t_s,load_n,counts\n1,0,5,400\n1,1,5,401\n"), PAD)
    found = profile_of(fit_loads(loads, PAD), PAD, "2026-01-05T10:00:00+00:00")
    assert [s.method for s in found.sensors] == ["population", "weights"]


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.integers(0, len(GOOD) - 1), st.integers(0, 12), st.text("0123456789.,-+eE#c\n\r;\t\0\"'x nai", max_size=12))
def test_any_scribble_is_read_or_told_in_one_line(tmp_path: Path, at: int, gone: int, scribble: str) -> None:
    path = tmp_path / "loads.csv"
    path.write_text(GOOD[:at] + scribble + GOOD[at + gone :], newline="")
    said = "fine"
    try:
        fit_loads(read_loads(path, PAD), PAD)
    except InputError as error:
        said = str(error)
    assert len(said.splitlines()) == 1


@pytest.mark.parametrize(("unit", "loads"), [("grams", [102, 204]), ("kilograms", [0.102, 0.204])])
def test_another_unit_is_asked_about_and_can_be_meant(unit: str, loads: list[float], tmp_path: Path) -> None:
    path = written(tmp_path, f"channel,t_s,load_n,counts\n0,0,{loads[0]},270\n0,1,{loads[1]},400\n")
    with pytest.raises(InputError, match=unit):
        read_loads(path, PAD)
    assert read_loads(path, PAD, unit=unit).load_n == pytest.approx([1.0, 2.0], rel=1e-3)
    assert read_loads(path, PAD, unit="newtons").load_n.tolist() == loads


def test_no_such_file(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such file"):
        read_loads(tmp_path / "none.csv", PAD)


PRESS = "t_s,total_n,c0,c1\n0.00,0.1,2,3\n0.01,,5,6\n0.02,nan,5,6\n0.03,4.5,100,200\n"


def test_a_press_file_with_a_slow_reference(tmp_path: Path) -> None:
    press = read_press(written(tmp_path, PRESS), PAD)
    assert np.isnan(press.total_n).tolist() == [False, True, True, False]
    assert press.counts[3].tolist() == [100, 200]


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("0.03,4.5,100,200", "0.03,4.5,100", "line 5: 3 columns instead of 4: the file is cut off here"),
        ("0.03,4.5,100,200", "0.03,4.5,100,x", "line 5, column c1: 'x' is not a number"),
        ("0.03,4.5,100,200", "0.03,4.5,100,1e4", "column c1"),
        ("0.03,4.5,100,200", "0.01,4.5,100,200", "line 5, column t_s"),
        ("0.03,4.5", "0.03,4500", "grams"),
        ("c0,c1", "c0,c2", "column c1"),
    ],
)
def test_press_errors_name_line_and_column(tmp_path: Path, old: str, new: str, said: str) -> None:
    with pytest.raises(InputError) as raised:
        read_press(written(tmp_path, PRESS.replace(old, new)), PAD)
    assert said in str(raised.value)


def test_the_same_weight_put_on_again_is_another_trial() -> None:
    def stays(step_s: float, pause_s: float) -> int:
        t_s = np.concatenate([np.arange(5) * step_s, 5 * step_s + pause_s + np.arange(5) * step_s])
        channel, five = np.full(10, 1), np.full(10, 5.0)
        made = Loads("x", channel, np.rint(t_s * 1e6).astype(np.int64), five, np.full(10, 400), np.zeros(10, np.int64))
        return len(readings_of(made).trials)

    assert stays(0.1, 1.5) == 2
    assert stays(0.1, 0.8) == 1
    assert stays(2.0, 4.0) == 1, "somebody who types takes his time"
