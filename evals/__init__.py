"""How good it is: sets of questions with their evidence, runs, metrics, statistics, comparison, gate and report."""
