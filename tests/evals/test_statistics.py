"""Against figures computed by hand, published ones, and a second way of computing them."""

import itertools
import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from evals.statistics import (
    bootstrap,
    detectable_gain,
    detectable_sentence,
    holm,
    mcnemar,
    mean_interval,
    paired_interval,
    power,
    sign_flip,
    upper_bound,
    wilson,
)


def test_wilson_agrees_with_the_formula() -> None:
    p, n, z = 0.8, 10, 1.959963984540054
    centre = (p + z * z / (2 * n)) / (1 + z * z / n)
    half = z / (1 + z * z / n) * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n))
    found = wilson(8, 10)
    assert found.low == pytest.approx(centre - half)
    assert found.high == pytest.approx(centre + half)
    assert (wilson(0, 0).low, wilson(0, 0).high) == (0.0, 1.0)
    with pytest.raises(ValueError, match="between"):
        wilson(3, 2)


@given(st.integers(1, 300), st.data())
def test_wilson_holds_the_share_and_mirrors(n: int, data: st.DataObject) -> None:
    k = data.draw(st.integers(0, n))
    one, other = wilson(k, n), wilson(n - k, n)
    assert 0.0 <= one.low <= k / n + 1e-12 and k / n - 1e-12 <= one.high <= 1.0
    assert one.low == pytest.approx(1 - other.high, abs=1e-9)


def test_bootstrap_is_the_same_each_time_and_near_the_normal_interval() -> None:
    values = [i % 10 / 10 for i in range(200)]
    one, two = bootstrap(values), bootstrap(values)
    assert one == two
    assert one is not None
    half = 1.96 * math.sqrt(0.0825 / 200)
    assert one.low == pytest.approx(0.45 - half, abs=0.006)
    assert one.high == pytest.approx(0.45 + half, abs=0.006)
    assert bootstrap([0.5]) is None
    assert bootstrap([0.1, 0.9], ["s", "s"]) is None


def test_clustering_widens_what_is_not_independent() -> None:
    values = [1.0] * 20 + [0.0] * 20
    alone = mean_interval(values)
    together = mean_interval(values, [i // 10 for i in range(40)])
    assert alone is not None and together is not None
    assert (alone.low, alone.high) == pytest.approx((wilson(20, 40).low, wilson(20, 40).high), abs=0.02)
    assert together.low < alone.low and together.high > alone.high
    assert mean_interval([]) is None


def test_a_perfect_share_is_not_certain() -> None:
    found = mean_interval([1.0] * 20, list(range(20)))
    assert found is not None
    assert found.low == pytest.approx(wilson(20, 20).low)
    assert found.high == 1.0


def test_the_upper_bound_of_nothing_seen_is_about_three_in_n() -> None:
    assert upper_bound(0, 100) == pytest.approx(1 - 0.05 ** (1 / 100))
    assert upper_bound(0, 100) == pytest.approx(3 / 100, rel=0.02)
    assert upper_bound(0, 0) == upper_bound(5, 5) == 1.0


def test_mcnemar_by_hand() -> None:
    # 8 better, 1 worse: 2 · (C(9,0) + C(9,1)) / 2⁹
    assert mcnemar(8, 1) == pytest.approx(2 * (1 + 9) / 512)
    assert mcnemar(1, 8) == mcnemar(8, 1)
    assert mcnemar(0, 0) == mcnemar(3, 3) == 1.0


def test_sign_flip_by_counting_all_signs() -> None:
    differences = [0.5, 0.2, -0.1, 0.4]
    signs = list(itertools.product((1, -1), repeat=4))
    seen = sum(d for d in differences)
    extreme = sum(abs(sum(s * d for s, d in zip(sign, differences, strict=True))) >= seen - 1e-12 for sign in signs)
    assert sign_flip(differences) == pytest.approx(extreme / 16)
    assert sign_flip([0.0, 0.0]) == 1.0
    assert 0.0 < sign_flip([0.1] * 60) < 0.001
    assert sign_flip([0.1] * 60, ["one"] * 60) == 1.0


def test_holm_by_hand() -> None:
    assert holm({"a": 0.01, "b": 0.04, "c": 0.03}) == pytest.approx({"a": 0.03, "b": 0.06, "c": 0.06})
    assert holm({"a": 0.7, "b": 0.9}) == {"a": 1.0, "b": 1.0}
    assert holm({}) == {}


@pytest.mark.parametrize(
    ("n", "gain", "changed", "seen"),
    [
        (50, 0.1, 0.2, 0.23),
        (100, 0.1, 0.2, 0.57),
        (200, 0.1, 0.2, 0.87),
        (300, 0.1, 0.2, 0.97),
        (300, 0.05, 0.15, 0.56),
    ],
)
def test_power_agrees_with_the_simulation_it_was_planned_on(n: int, gain: float, changed: float, seen: float) -> None:
    assert power(n, gain, changed) == pytest.approx(seen, abs=0.04)


def test_what_a_set_can_show_is_said_plainly() -> None:
    assert detectable_gain(240) == 0.09
    assert detectable_gain(10) is None
    assert "9 จุดร้อยละ" in detectable_sentence(240)
    assert "น้อยเกินกว่า" in detectable_sentence(10)
    assert power(0, 0.0) == 0.0
    with pytest.raises(ValueError, match="gain"):
        power(10, 0.3, 0.2)


def test_a_paired_interval_needs_differences() -> None:
    assert paired_interval([]) is None
    found = paired_interval([0.1] * 30)
    assert found is not None
    assert found.low == found.high == pytest.approx(0.1)
