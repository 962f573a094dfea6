"""The page on repetition: when advice stays away because it was given, and when it comes back."""

from collections.abc import Iterator

from cds.fingerprint import MELD_STEPS
from cds.words import joined
from hooks.guide.markup import Html, Text, code, join, p, points, section, table
from hooks.overriding import ANY_OTHER, REASONS, Reason
from hooks.services import SERVICES
from hooks.settings_schema import MscTable


def repetition() -> Iterator[Html]:
    """How long advice is held back, and by which reason."""
    steps = joined(map(str, MELD_STEPS))
    usual = MscTable().load({})["repeat_after_days"]
    yield p(
        "The same advice is not raised again and again. What was shown of a patient is remembered for each client and"
        " each service; while the situation stays as it was, it is not shown a second time for some days."
    )
    rows = (row(reason) for reason in (*REASONS.values(), ANY_OTHER))
    yield section(
        "How long",
        points(
            (
                join(
                    "Shown: ", code("repeat_after_days"), f" of the configuration, {usual} unless the site says else."
                ),
                "Overridden without a reason, or accepted: the same.",
                "Overridden with a reason: as long as the table says, counted from the override.",
                (
                    "That data cannot be trusted, or that something could not be read or computed: never longer than"
                    " shown advice, whatever the reason."
                ),
                (
                    "The prompt to think of transplant evaluation stands before anything on trials: while it is held"
                    " back, that is held back too."
                ),
            )
        ),
        table(("Reason", "Code", "Days", "Because"), rows, "Overrides"),
        p("These lengths are proposals. The clinical owner of a site has to confirm them."),
        id="how-long",
    )
    yield section(
        "What brings it back",
        points(
            (
                "The end of its time: nothing stays away for good.",
                (
                    "Another situation: another band of a score, a score that has a value or has none any more, a"
                    f" MELD that passes {steps}, decompensation, another status of an exclusion, an"
                    " evaluation step or a visit that falls due, data that are not to be trusted any more."
                ),
                "Another trial family that the chart matches or no longer matches.",
                "A new value in the same band, a newer date or another wording does not.",
                "Another service or another client asks: each has a memory of its own.",
                "The memory does not answer: then nothing is held back.",
            )
        ),
        id="back",
    )
    yield section("What is never held back", points(never()), id="never")


def row(reason: Reason) -> tuple[Text, ...]:
    """One reason in the table."""
    return (reason.display, code(reason.code) if reason.code else "", str(reason.days), reason.because)


def never() -> Iterator[Text]:
    """Where advice is given however often."""
    for service in SERVICES.values():
        if not service.unasked:
            yield join(code(service.id), ": somebody is about to decide.")
