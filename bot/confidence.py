"""Is a draft an answer to the question, or does it only come near? A calibrated yes or no.

A logistic model over a few features of the evidence, fitted on the development set by `evals`; the threshold is
chosen so that wrong answers are rarer than wrong refusals. See `docs/answers.md` for its curve.
"""

import math

# Fitted on evals/sets/plan.jsonl; features are those of `bot.extractive.Draft`.
INTERCEPT = -5.21
WEIGHTS = {
    "score": 6.36,
    "missing_noun": -0.56,
    "missing_number": -3.87,
    "kind_missing": -0.86,
    "dense": 2.04,
    "facets": 0.26,
    "is_list": 1.09,
}
THRESHOLD = 0.68
WORTH_A_MODEL = 0.1  # below this no chat model is asked; it could only invent
THRESHOLD_FOR_OPINION = 0.93  # a message that reads like a request for an opinion or advice


def probability(features: dict[str, float]) -> float:
    """How likely a draft with these features answers its question, 0 to 1."""
    if not features:
        return 0.0
    z = INTERCEPT + sum(weight * features[name] for name, weight in WEIGHTS.items())
    return 1 / (1 + math.exp(-z))
