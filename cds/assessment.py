"""What was concluded about one chart: scores, pathways, exclusions, evaluation, follow-up. Nouns only."""

from datetime import date, datetime
from decimal import Decimal
from typing import Literal

from cds.chart import AdverseEvent, Moment, Original, Result
from cds.record import record

Value = float | Decimal | int | bool | str
ScoreStatus = Literal["computed", "computed-with-caveat", "not-computed", "not-applicable"]
CriterionStatus = Literal["met", "not-met", "unknown"]
PathwayStatus = Literal["matches", "does-not-match", "cannot-determine", "not-applicable"]
ExclusionStatus = Literal["present", "absent", "unknown"]
EvaluationStatus = Literal["done", "missing", "out-of-date", "not-needed"]
FollowUpStatus = Literal["upcoming", "due", "overdue", "done", "not-started"]


@record
class Used:
    """One input of a score as it was found and as it was used, both in `unit`."""

    name: str
    value: Value
    unit: str = ""
    used: Value | None = None
    clamped: bool = False
    original: Original | None = None
    when: Moment | None = None
    source: str = ""
    performer: str = ""


@record
class Outcome:
    """One score. Either `value`, or honest bounds `low`..`high` (status computed-with-caveat), or neither.

    `low` and `high` always bound the result when there is one: for a single value both equal it.
    `unrounded_low`/`unrounded_high` likewise, before rounding: thresholds are decided on them.
    """

    id: str
    title: str
    status: ScoreStatus
    reasons: tuple[str, ...] = ()
    inputs: tuple[Used, ...] = ()
    value: Decimal | None = None
    unrounded: float | None = None
    uncapped: Decimal | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    unrounded_low: float | None = None
    unrounded_high: float | None = None
    band: str = ""

    @property
    def known(self) -> bool:
        """Whether there is a value or a range."""
        return self.low is not None

    @property
    def newest(self) -> datetime | None:
        """The latest specimen time among the inputs."""
        return max((used.when.at for used in self.inputs if used.when), default=None)

    @property
    def oldest(self) -> datetime | None:
        """The earliest specimen time among the inputs."""
        return min((used.when.at for used in self.inputs if used.when), default=None)


@record
class Criterion:
    """One entry criterion of a pathway. `because` is one plain sentence; `source` a trial id or guideline."""

    id: str
    status: CriterionStatus
    because: str
    source: str
    suggest: tuple[str, ...] = ()


@record
class Pathway:
    """One family of trials and how the chart compares with its published inclusion."""

    id: str
    title: str
    status: PathwayStatus
    because: str
    criteria: tuple[Criterion, ...] = ()


@record
class Exclusion:
    """One exclusion. `evidence` are references to resources of the chart."""

    id: str
    title: str
    status: ExclusionStatus
    because: str
    evidence: tuple[str, ...] = ()
    sensitive: bool = False


@record
class Evaluation:
    """One step of the evaluation before any trial is discussed."""

    id: str
    title: str
    status: EvaluationStatus
    because: str


@record
class FollowUp:
    """One visit of the schedule after an administration. `window` includes both of its days."""

    id: str
    title: str
    kind: Literal["labs", "imaging"]
    status: FollowUpStatus
    because: str = ""
    due: date | None = None
    window: tuple[date, date] | None = None
    suggested: bool = False


@record
class Trend:
    """The same score at baseline and at a visit. `difference` is None where none may be stated, `because` says why.

    `visit` is the follow-up id.
    """

    score: str
    title: str
    baseline: Outcome
    later: Outcome
    difference: Decimal | None
    because: str
    visit: str = ""


@record
class Recorded:
    """An adverse event after an administration. `linked`: its record names an administration as suspected."""

    event: AdverseEvent
    linked: bool


@record
class Charted:
    """A score that another system wrote into the chart: to be shown beside ours, never used."""

    score: str
    value: int
    when: Moment


@record
class Assessment:
    """Everything concluded from one chart at `computed_at` with the rules of `content_version`."""

    patient: str
    computed_at: datetime
    content_version: str
    scores: tuple[Outcome, ...]
    pathways: tuple[Pathway, ...]
    exclusions: tuple[Exclusion, ...]
    evaluation: tuple[Evaluation, ...]
    follow_up: tuple[FollowUp, ...]
    baseline: tuple[Result, ...] = ()
    trends: tuple[Trend, ...] = ()
    charted: tuple[Charted, ...] = ()
    charted_since: tuple[Charted, ...] = ()
    adverse_events: tuple[Recorded, ...] = ()
    adverse_events_unusable: int = 0
    liver_disease: Literal["yes", "no", "unknown"] = "unknown"
    liver_disease_because: str = ""
    transplant_prompt: str = ""
    decompensated: bool = False
    deceased: bool = False
    anchor: date | None = None
    administrations_read: bool = True
    administrations_unusable: str = ""
    not_screened: tuple[str, ...] = ()

    def score(self, score_id: str) -> Outcome:
        """The outcome with that id. KeyError if the id is unknown."""
        for outcome in self.scores:
            if outcome.id == score_id:
                return outcome
        raise KeyError(score_id)
