"""Is a draft an answer to the question, or does it only come near? A calibrated yes or no.

A logistic model over a few features of the evidence, fitted on the development set by `evals`; the threshold is
chosen so that wrong answers are rarer than wrong refusals. See `docs/answers.md` for its curve.
"""

import math

# By `python -m evals calibrate` over the sets that docs/answers.md names, but for kind_missing, which was set by hand;
# the features are those of `bot.extractive.Draft`.
INTERCEPT = 1.64
WEIGHTS = {
    "log_score": 0.9,
    "missing_known": -0.25,
    "strong_missing": -0.29,
    "missing_number": -1.57,
    "kind_missing": -2.0,
    "list_missing": -0.71,
    "names_missing": -6.51,
    "role_missing": -1.45,
    "count_missing": -0.92,
    "is_list": -0.07,
    "whose_missing": -2.98,
    "likeness_lead": 18.64,
    "answers": 0.33,
}
THRESHOLD = 0.62
# A follow-up is not compared as a sentence: its words are few, and partly taken over from what was said before. By the
# same command, before units were compared with questions.
FOLLOW_UP_INTERCEPT = -4.70
FOLLOW_UP_WEIGHTS = {
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
FOLLOW_UP_THRESHOLD = 0.55
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
    read = "answers" in features
    if "prose" in features and not read:
        z = PROSE_INTERCEPT + PROSE_WEIGHT * features["prose"] + PROSE_MISSING_NUMBER * features["missing_number"]
        return 1 / (1 + math.exp(-z))
    intercept, weights = (INTERCEPT, WEIGHTS) if read else (FOLLOW_UP_INTERCEPT, FOLLOW_UP_WEIGHTS)
    z = intercept + sum(weight * features[name] for name, weight in weights.items())
    return 1 / (1 + math.exp(-z))
