"""How sure the answer is, and why: its strength, what the checks saw, and the doubts that matter most."""

from collections import Counter

from markupsafe import Markup

from evaluation.conclusions.doubts import gravest
from evaluation.reporting.funder.parts import Part, Point
from evaluation.reporting.funder.saying import Saying
from evaluation.terms import Finding, Strength, Verdict

_COUNTS = ("treated_units", "design_contrast")  # checks whose statistic is how many units had the intervention


def trust(saying: Saying) -> Part:
    """Strength, checks counted, and up to three doubts."""
    claim, findings = saying.evidence.claim("overall"), saying.evidence.findings
    strength = Strength.WITHHELD if claim is None else claim.strength
    sentences = [saying.say(f"trust-{strength.value}"), _counted(saying)]
    doubts = _apart(saying, gravest(findings, most=len(findings)))
    if not findings:
        return Part("trust", saying.say("title-trust"), tuple(sentences))
    sentences.append(saying.say("doubts", count=len(doubts)) if doubts else saying.say("doubts-none"))
    return Part("trust", saying.say("title-trust"), tuple(sentences), doubts)


def _counted(saying: Saying) -> Markup:
    seen = Counter(finding.verdict for finding in saying.evidence.findings)
    if not seen:
        return saying.say("checks-none")
    by_name = {"passed": Verdict.PASS, "concern": Verdict.CONCERN, "failed": Verdict.FAIL, "unknown": Verdict.UNKNOWN}
    return saying.say("checks", total=sum(seen.values()), **{name: seen[one] for name, one in by_name.items()})


def _apart(saying: Saying, findings: tuple[Finding, ...], most: int = 3) -> tuple[Point, ...]:
    """The gravest doubts, each sentence once: two checks may raise one and the same."""
    said: dict[str, Point] = {}
    for finding in findings:
        words = doubt(saying, finding)
        label = saying.say("doubt-label", verdict=finding.verdict.value)
        said.setdefault(words, Point(words, badge=finding.verdict.value, label=label))
    return tuple(said.values())[:most]


def doubt(saying: Saying, finding: Finding) -> Markup:
    """What one check found and what that means, in plain words; in the check's own words where no message knows it."""
    name = finding.check.partition(":")[0]
    if not saying.language.has(f"doubt-{name}"):
        return saying.say("doubt-other", says=saying.language.phrase(finding.says))
    number = finding.statistic if finding.statistic is not None else 0.0
    count, share = (round(number) * (name in _COUNTS), round(100 * number) * (name == "assurance"))
    return saying.say(f"doubt-{name}", verdict=finding.verdict.value, count=count, share=share)
