"""Is a draft an answer to the question, or does it only come near? A calibrated yes or no.

A logistic model over a few features of the evidence, fitted on the development set by `evals`; the threshold is
chosen so that wrong answers are rarer than wrong refusals. See `docs/answers.md` for its curve.
"""

import math

# By `python -m evals calibrate evals/sets/plan.jsonl`; the features are those of `bot.extractive.Draft`.
INTERCEPT = -4.70
WEIGHTS = {
    "score": 6.87,
    "missing_noun": -0.14,
    "missing_known": -0.08,
    "strong_missing": -1.6,
    "missing_number": -2.44,
    "kind_missing": -1.29,
    "list_missing": -2.15,
    "names_missing": -4.0,
    "role_missing": -6.46,
    "count_missing": -2.08,
    "dense": 1.05,
    "facets": 0.17,
    "is_list": 0.68,
}
THRESHOLD = 0.55
# A stretch of running prose goes by what its whole passage holds of the question's words and letter groups, 0 to 2:
# what its sentences leave out stands in their neighbours. How these were chosen is in docs/answers.md, too.
PROSE_INTERCEPT, PROSE_WEIGHT, PROSE_MISSING_NUMBER = -3.26, 5.4, -1.2
# Rows of a table compared as a whole go by how much of the question the table's caption and column hold.
COMPARED_WEIGHT, COMPARED_EVEN = 10.0, 0.6
NAMED = 0.9
WORTH_A_MODEL = 0.1  # below this no chat model is asked; it could only invent
THRESHOLD_FOR_OPINION = 0.93  # a message that reads like a request for an opinion or advice


def probability(features: dict[str, float]) -> float:
    """How likely a draft with these features answers its question, 0 to 1."""
    if not features:
        return 0.0
    if "named" in features:  # a heading is what was asked about, or it is not
        return NAMED
    if "compared" in features:
        return 1 / (1 + math.exp(-COMPARED_WEIGHT * (features["compared"] - COMPARED_EVEN)))
    if "prose" in features:
        z = PROSE_INTERCEPT + PROSE_WEIGHT * features["prose"] + PROSE_MISSING_NUMBER * features["missing_number"]
        return 1 / (1 + math.exp(-z))
    z = INTERCEPT + sum(weight * features[name] for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-z))
