"""What speaks for a model on a panel, what calls for care, and what rules it out, before any count is seen."""

from dataclasses import dataclass
from enum import StrEnum


class Applies(StrEnum):
    """Whether a model can answer a question on a panel."""

    YES = "applies"
    WITH_CARE = "with care"
    NO = "does not apply"


@dataclass(frozen=True, kw_only=True)
class Advice:
    """Reasons for a model and against it, each a clause that can stand in a sentence."""

    reasons: tuple[str, ...] = ()  # what speaks for it
    care: tuple[str, ...] = ()  # what a reader of its answer must know
    against: tuple[str, ...] = ()  # why its answer would be none, though it might be fitted

    @property
    def applies(self) -> Applies:
        """What the reasons come to.

        >>> Advice(reasons=("81 units never had the law",), care=("few adopters",)).applies.value
        'with care'
        """
        if self.against:
            return Applies.NO
        return Applies.WITH_CARE if self.care else Applies.YES

    def joined(self, other: "Advice") -> "Advice":
        """Both, one after the other.

        >>> Advice(care=("one",)).joined(Advice(care=("other",))).care
        ('one', 'other')
        """
        return Advice(
            reasons=self.reasons + other.reasons, care=self.care + other.care, against=self.against + other.against
        )
