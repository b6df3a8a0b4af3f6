"""How much a guide changed, by rules that anyone can follow. Their words are in the .toml files here.

html ──comparing──▶ changes ──tokens──▶ facts ──rules──▶ findings ──▶ Graded(grade, rule, detail)
"""

from __future__ import annotations

from publisher.text.grading.graded import RULES, Graded
from publisher.text.grading.judge import grade

__all__ = ["RULES", "Graded", "grade"]
