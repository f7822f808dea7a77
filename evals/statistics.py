"""How sure a figure is: intervals, paired tests and what a set of this size can show.

Cases that ask about one section of a document rise and fall together, so resampling takes whole sections
(`clusters`). Every function is deterministic: random draws use a fixed seed.
"""

import math
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

LEVEL = 0.95
DRAWS = 4000
SEED = 20200909
POWER = 0.8
USUAL_CHANGE = 0.2
"""The share of cases whose outcome differs between two runs that is assumed when nothing else is known."""


@dataclass(frozen=True)
class Interval:
    """A 95 % interval (or another level, as the caller asked), both ends included."""

    low: float
    high: float


def wilson(successes: int, n: int, level: float = LEVEL) -> Interval:
    """The Wilson score interval of a share. With no cases nothing is known: 0 to 1.

    Raises:
        ValueError: when successes is not in 0…n.
    """
    if not 0 <= successes <= n:
        raise ValueError(f"successes must be between 0 and n, found {successes} of {n}")
    if n == 0:
        return Interval(0.0, 1.0)
    from scipy.stats import binomtest

    found = binomtest(successes, n).proportion_ci(confidence_level=level, method="wilson")
    return Interval(float(found.low), float(found.high))


def bootstrap(
    values: Sequence[float], clusters: Sequence[Hashable] | None = None, level: float = LEVEL
) -> Interval | None:
    """The percentile bootstrap interval of the mean, drawing whole clusters; None with fewer than two clusters."""
    import numpy as np

    sums, sizes = _by_cluster(values, clusters)
    if len(sums) < 2:
        return None
    picks = np.random.default_rng(SEED).integers(0, len(sums), size=(DRAWS, len(sums)))
    means = np.asarray(sums)[picks].sum(axis=1) / np.asarray(sizes)[picks].sum(axis=1)
    tail = (1 - level) / 2
    low, high = np.quantile(means, [tail, 1 - tail])
    return Interval(float(low), float(high))


def mean_interval(
    values: Sequence[float], clusters: Sequence[Hashable] | None = None, level: float = LEVEL
) -> Interval | None:
    """The interval of a mean of values from 0 to 1; None where there is nothing to tell it from.

    Shares (every value 0 or 1) get Wilson's, widened where clustering shows that the cases are not independent.
    """
    if not values:
        return None
    drawn = bootstrap(values, clusters, level)
    if any(value not in (0.0, 1.0) for value in values):
        return drawn
    exact = wilson(round(sum(values)), len(values), level)
    return Interval(min(exact.low, drawn.low), max(exact.high, drawn.high)) if drawn else exact


def upper_bound(successes: int, n: int, level: float = LEVEL) -> float:
    """The one-sided upper bound of a share (Clopper–Pearson): about 3/n when nothing was seen. 1 with no cases."""
    if n == 0 or successes >= n:
        return 1.0
    from scipy.stats import beta

    return float(beta.ppf(level, successes + 1, n - successes))


def mcnemar(improved: int, worse: int) -> float:
    """The exact two-sided p-value of McNemar's test: are improved and worse cases equally likely?"""
    if improved + worse == 0:
        return 1.0
    from scipy.stats import binomtest

    return float(binomtest(improved, improved + worse, 0.5).pvalue)


def sign_flip(differences: Sequence[float], clusters: Sequence[Hashable] | None = None) -> float:
    """The two-sided p-value of the sign-flip permutation test of a mean difference, flipping whole clusters.

    Exact up to 14 clusters, else by 10,000 draws with the +1 correction, so it is never 0.
    """
    import numpy as np

    sums = np.asarray([s for s in _by_cluster(differences, clusters)[0] if not math.isclose(s, 0.0, abs_tol=1e-12)])
    if len(sums) == 0:
        return 1.0
    exact = len(sums) <= 14
    if exact:
        bits = np.arange(2 ** len(sums))[:, None] >> np.arange(len(sums)) & 1
    else:
        bits = np.random.default_rng(SEED).integers(0, 2, size=(10_000, len(sums)))
    flipped = np.abs((bits * 2 - 1) @ sums)
    extreme = int((flipped >= abs(sums.sum()) - 1e-12).sum())
    return extreme / len(bits) if exact else (extreme + 1) / (len(bits) + 1)


def paired_interval(
    differences: Sequence[float], clusters: Sequence[Hashable] | None = None, level: float = LEVEL
) -> Interval | None:
    """The bootstrap interval of a mean difference; where every difference is equal there is nothing to resample."""
    if not differences:
        return None
    return bootstrap(differences, clusters, level)


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Holm's step-down adjusted p-values, for several metrics tested together."""
    adjusted: dict[str, float] = {}
    largest = 0.0
    for rank, (name, p) in enumerate(sorted(p_values.items(), key=lambda item: item[1])):
        largest = max(largest, min(1.0, p * (len(p_values) - rank)))
        adjusted[name] = largest
    return {name: adjusted[name] for name in p_values}


@lru_cache(maxsize=1024)
def power(n: int, gain: float, changed: float = USUAL_CHANGE, alpha: float = 1 - LEVEL) -> float:
    """The chance that exact McNemar shows a true gain, when the outcome of a share `changed` of the cases differs.

    Raises:
        ValueError: when the gain is larger than the share that changed.
    """
    if not 0 <= gain <= changed <= 1:
        raise ValueError(f"need 0 ≤ gain ≤ changed ≤ 1, found gain {gain}, changed {changed}")
    if n == 0 or changed == 0:
        return 0.0
    from scipy.stats import binom

    better = (changed + gain) / 2 / changed
    low, high = (int(end) for end in binom.interval(1 - 1e-9, n, changed))
    total = 0.0
    for differing in range(low, high + 1):
        # The largest count of "worse" that is still significant, both sides.
        edge = _critical(differing, alpha)
        if edge is None:
            continue
        seen = binom.cdf(edge, differing, better) + binom.sf(differing - edge - 1, differing, better)
        total += float(binom.pmf(differing, n, changed)) * float(seen)
    return total


@lru_cache(maxsize=4096)
def _critical(differing: int, alpha: float) -> int | None:
    from scipy.stats import binom

    edge = int(binom.ppf(alpha / 2, differing, 0.5))
    while edge >= 0 and 2 * binom.cdf(edge, differing, 0.5) > alpha:
        edge -= 1
    return edge if edge >= 0 and 2 * edge < differing else None


def detectable_gain(n: int, changed: float = USUAL_CHANGE) -> float | None:
    """The smallest gain, in whole points of a hundred, that is seen four times out of five; None when none is."""
    for points in range(1, round(changed * 100) + 1):
        if power(n, min(points / 100, changed), changed) >= POWER:
            return points / 100
    return None


def detectable_sentence(n: int, changed: float = USUAL_CHANGE) -> str:
    """One plain Thai sentence on what a set of n cases can show."""
    gain = detectable_gain(n, changed)
    assumed = f"ถ้าผลต่างกันราวร้อยละ {changed * 100:.0f} ของข้อ"
    if gain is None:
        return (
            f"ชุดนี้มี {n} ข้อ น้อยเกินกว่าจะเห็นความต่างระหว่างสองรุ่นได้อย่างเชื่อถือ ({assumed}) "
            "ควรมีอย่างน้อย 200 ข้อ ผลต่างเล็ก ๆ จึงอาจเป็นเพียงความบังเอิญ"
        )
    return (
        f"ชุดนี้มี {n} ข้อ เห็นความต่างตั้งแต่ {gain * 100:.0f} จุดร้อยละขึ้นไปได้ราว 4 ใน 5 ครั้ง ({assumed}) "
        "ผลต่างที่เล็กกว่านั้นอาจเป็นเพียงความบังเอิญ"
    )


def _by_cluster(values: Sequence[float], clusters: Sequence[Hashable] | None) -> tuple[list[float], list[int]]:
    if clusters is None:
        return list(values), [1] * len(values)
    if len(clusters) != len(values):
        raise ValueError(f"need one cluster for each value, found {len(clusters)} for {len(values)}")
    sums: dict[Hashable, float] = {}
    sizes: dict[Hashable, int] = {}
    for value, cluster in zip(values, clusters, strict=True):
        sums[cluster] = sums.get(cluster, 0.0) + value
        sizes[cluster] = sizes.get(cluster, 0) + 1
    return list(sums.values()), list(sizes.values())
