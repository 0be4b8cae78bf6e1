"""Settings of how an effect is read. Free of PyMC: a plan checks them."""

from typing import Any

from evaluation.models.book import Alternative
from evaluation.terms.errors import Problem, nearest

READS = ("gap", "effect")
_SAYS = {
    "gap": "every cell under the intervention free, so that untreated cells alone make the counterfactual",
    "effect": "one effect of each adoption, so that cells under the intervention speak on the counterfactual too",
}


def reading_problems(recipe: Any, where: str) -> list[Problem]:
    """A reading that is not known."""
    if recipe.reads in READS:
        return []
    return [Problem(f"no effect is read as '{recipe.reads}'", f"{where}.reads", nearest(recipe.reads, READS))]


def other_reading(recipe: Any) -> dict[str, Alternative]:
    """The reading that the recipe does not take."""
    other = "effect" if recipe.reads == "gap" else "gap"
    return {"reads": Alternative(_SAYS[other], {"reads": other})}
