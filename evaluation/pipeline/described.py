"""What the report says of a model: for what it is, and its equations, as its recipe states them."""

import inspect
from itertools import takewhile
from textwrap import dedent


def described(name: str) -> dict[str, str]:
    """The question a model answers, what it needs, what it cannot say, and its equations.

    >>> told = described("staggered")
    >>> told["needs"]
    'two units or more, some of them not (or not yet) under the intervention while others are'
    >>> told["equations"].splitlines()[0]
    'count[k,u,t] ~ Poisson(base[k,u,t] exp(rate[k,u,t])), or the probability of its interval'
    """
    from evaluation.models.book import entry

    found = entry(name)
    words = {"answers": found.answers, "needs": found.needs, "cannot": found.cannot}
    return words | {"equations": equations(inspect.getdoc(found.recipe) or "")}


def equations(docstring: str) -> str:
    r"""The first indented block of a docstring; empty where there is none.

    >>> equations("One line.\n\n    a = b\n      + c\n\nMore.")
    'a = b\n  + c'
    """
    lines = iter(docstring.splitlines())
    for line in lines:
        if line.startswith("    "):
            return dedent("\n".join([line, *takewhile(str.strip, lines)]))
    return ""
