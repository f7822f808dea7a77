"""Fits `bot.confidence`: from the evidence of a draft answer to how likely it answers the question.

A logistic regression with a ridge penalty over the features of `bot.extractive.Draft`, on the cases of development
sets: a draft is right if it states every vital fact of an answerable case. The curve is over leave-one-out
probabilities, so each case is judged by a model that has not seen it.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from bot.answer import Turn
from bot.asking import Asking
from bot.drafts import views
from bot.finding import Finder
from bot.library import Library
from bot.wording import refusal, small_talk
from corpus import thai
from corpus.document import Audience
from evals.cases import Case

RIDGE = 1.0
STEPS = 50  # of Newton's method; it has converged long before
THRESHOLDS = (0.3, 0.4, 0.5, 0.56, 0.6, 0.66, 0.7, 0.8)

Numbers = NDArray[np.float64]


@dataclass(frozen=True)
class Examples:
    """Features of drafts, shape (n, features), and whether each draft is right; `sizes` is how many each set has."""

    names: tuple[str, ...]
    features: Numbers
    right: NDArray[np.bool_]
    sizes: tuple[int, ...]


@dataclass(frozen=True)
class Fit:
    """What goes into `bot.confidence`, and what it does at each threshold.

    `curve` rows are: threshold, right drafts sent, right drafts in all, wrong drafts sent, wrong drafts in all.
    `auc` is the area under the leave-one-out ROC curve; `set_aucs` is that of each set's drafts by a fit to the other
    sets, None where all of them are right, or none, or there is no other set.
    """

    intercept: float
    weights: dict[str, float]
    auc: float
    set_aucs: tuple[float | None, ...]
    curve: tuple[tuple[float, int, int, int, int], ...]


def examples(cases: Sequence[Case], library: Library, names: Sequence[str]) -> Examples:
    """The likelier reading's draft of each case that is searched for at all."""
    features, right = [], []
    for case in cases:
        if refusal(case.question) or small_talk(case.question):
            continue
        turns = tuple(Turn(turn.role, turn.content) for turn in case.history)
        finder = Finder(Asking(library, case.question, turns))
        draft = next(finder.drafts(views(case.question, turns, library.drafts[Audience.PUBLIC])[0])).draft
        if draft.told and "answers" in draft.features:  # comparisons and follow-ups go by rules of their own
            features.append([draft.features[name] for name in names])
            right.append(case.answerable and _states_all(case, "\n".join(told.text for told in draft.told)))
    found = np.array(features, float).reshape(-1, len(names))
    return Examples(tuple(names), found, np.array(right, bool), (len(right),))


def joined(parts: Sequence[Examples]) -> Examples:
    """The examples of several sets, which may be of different indexes, as one."""
    features, right = ([getattr(part, name) for part in parts] for name in ("features", "right"))
    sizes = tuple(size for part in parts for size in part.sizes)
    return Examples(parts[0].names, np.concatenate(features), np.concatenate(right), sizes)


def fit(given: Examples) -> Fit:
    """The regression on all examples, with its curve by leaving one out."""
    mean, deviation = given.features.mean(axis=0), given.features.std(axis=0) + 1e-9
    rows = np.column_stack([np.ones(len(given.right)), (given.features - mean) / deviation])
    everyone = np.arange(len(rows))
    unseen = np.array([_sigmoid(rows[i] @ _newton(rows[everyone != i], given.right[everyone != i])) for i in everyone])
    of_set = np.repeat(np.arange(len(given.sizes)), given.sizes)
    solution = _newton(rows, given.right)
    weights = solution[1:] / deviation
    return Fit(
        intercept=float(solution[0] - weights @ mean),
        weights=dict(zip(given.names, map(float, weights), strict=True)),
        auc=_auc(unseen, given.right),
        set_aucs=tuple(_auc_of_unseen(rows, given.right, of_set == number) for number in range(len(given.sizes))),
        curve=tuple(
            (t, int((unseen[given.right] >= t).sum()), int(given.right.sum()),
             int((unseen[~given.right] >= t).sum()), int((~given.right).sum()))
            for t in THRESHOLDS
        ),
    )  # fmt: skip


def _auc_of_unseen(rows: Numbers, right: NDArray[np.bool_], left_out: NDArray[np.bool_]) -> float | None:
    """How well a fit to all other rows ranks those that are left out; None where there is nothing to tell apart."""
    if left_out.all() or right[left_out].all() or not right[left_out].any():
        return None
    return _auc(rows[left_out] @ _newton(rows[~left_out], right[~left_out]), right[left_out])


def _states_all(case: Case, text: str) -> bool:
    told = thai.squeeze(text)
    return all(any(thai.squeeze(form) in told for form in (fact.text, *fact.aliases)) for fact in case.vital_facts)


def _newton(rows: Numbers, right: NDArray[np.bool_]) -> Numbers:
    penalty = RIDGE * np.eye(rows.shape[1])
    penalty[0, 0] = 1e-9  # the intercept is free
    solution = np.zeros(rows.shape[1])
    for _ in range(STEPS):
        chance = _sigmoid(rows @ solution)
        slope = rows.T @ (chance - right) + penalty @ solution
        curvature = (rows * (chance * (1 - chance))[:, None]).T @ rows + penalty
        step = np.linalg.solve(curvature, slope)
        solution = solution - step
        if np.abs(step).max() < 1e-9:
            break
    return solution


def _sigmoid(z: Numbers) -> Numbers:
    return np.asarray(1 / (1 + np.exp(-z)), float)


def _auc(scores: Numbers, right: NDArray[np.bool_]) -> float:
    from scipy.stats import rankdata

    ranks, positives = rankdata(scores), int(right.sum())
    return float((ranks[right].sum() - positives * (positives + 1) / 2) / (positives * (len(right) - positives)))
