"""Figures, as ratios within one run. `python -m bench` prints a table; `--json FILE` keeps the numbers."""
