"""What clinicians did with a card: from JSON to events, each counted once or set aside with the reason why not.

A malformed item refuses the whole call. A well-formed item that matches nothing we gave out is kept, quarantined.
"""

import hashlib
import unicodedata
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import orjson
from marshmallow import EXCLUDE, Schema, ValidationError, fields, validate

from hooks.errors import BadRequest, NotEntitled
from hooks.store import FeedbackEvent, ShownCard, instant

COMMENT = 2000
"""Characters of a comment that are kept."""
SKEW = timedelta(minutes=5)
ITEMS = 1000
PLACES = 10
"""Faults of one call that are named."""
SUGGESTIONS = 100
"""More than any card of ours offers."""
EPIC_REASON = "com.epic.cdshooks.feedback.overrideReason.reason"

_word = validate.Length(1, 512)


class Instant(fields.AwareDateTime):
    """An ISO 8601 instant with its offset, in UTC."""

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> datetime:
        try:
            return super()._deserialize(value, attr, data, **kwargs).astimezone(UTC)
        except OverflowError:
            raise self.make_error("invalid", input=value, obj_type="instant") from None


class Members(Schema):
    """A part of a call: what is not declared is ignored."""

    class Meta:
        """Read by marshmallow."""

        unknown = EXCLUDE


class Reason(Members):
    """A Coding."""

    code = fields.String(required=True, validate=_word)
    system = fields.String(load_default="", validate=validate.Length(max=512))
    display = fields.String(load_default="")


class OverrideReason(Members):
    """Why a card was overridden."""

    reason = fields.Nested(Reason, allow_none=True, load_default=None)
    userComment = fields.String(allow_none=True, load_default=None)  # noqa: N815  the protocol's name
    extension = fields.Dict(allow_none=True, load_default=None)


class Accepted(Members):
    """A suggestion that was taken."""

    id = fields.String(required=True, validate=_word)


class Item(Members):
    """One answer to one card. `overrideReasons` is how one EHR writes `overrideReason`."""

    card = fields.String(required=True, validate=validate.Length(1, 128))
    outcome = fields.String(required=True, validate=validate.OneOf(("accepted", "overridden")))
    outcomeTimestamp = Instant(required=True, format="iso")  # noqa: N815
    acceptedSuggestions = fields.List(  # noqa: N815
        fields.Nested(Accepted), allow_none=True, load_default=None, validate=validate.Length(max=SUGGESTIONS)
    )
    overrideReason = fields.Nested(OverrideReason, allow_none=True, load_default=None)  # noqa: N815
    overrideReasons = fields.Nested(OverrideReason, allow_none=True, load_default=None)  # noqa: N815


class Feedback(Members):
    """The body of a feedback call."""

    feedback = fields.List(fields.Nested(Item), required=True, validate=validate.Length(1, ITEMS))


_FEEDBACK = Feedback()


def _places(messages: Any, place: str = "") -> Iterator[str]:
    """Where the members stand that are wrong: names of ours and numbers, nothing of what was sent."""
    if not isinstance(messages, dict):
        yield place
        return
    for part, inner in messages.items():
        here = place if part == "_schema" else f"{place}[{part}]" if isinstance(part, int) else f"{place}.{part}"
        yield from _places(inner, here.removeprefix("."))


def parse(body: object) -> list[dict[str, Any]]:
    """The items of a call. BadRequest if any of them is malformed."""
    if not isinstance(body, dict):
        raise BadRequest("The body is no JSON object.")
    try:
        items: list[dict[str, Any]] = _FEEDBACK.load(body)["feedback"]
    except ValidationError as error:
        where = tuple(islice(_places(error.messages), PLACES))
        raise BadRequest("An item of the feedback is malformed; nothing was stored.", where) from None
    for item in items:
        if item["outcome"] == "accepted" and not item["acceptedSuggestions"]:
            raise BadRequest("An accepted card names the suggestions taken.", ("feedback.acceptedSuggestions",))
    return items


def events(
    items: list[dict[str, Any]],
    known: Mapping[str, ShownCard],
    service: str,
    client: str,
    clocks: tuple[datetime, datetime],
) -> list[FeedbackEvent]:
    """The items as events of one service and client. NotEntitled for another client's card.

    `clocks` are the service's clock and the machine's. They differ only where development has set the former, and
    then a time that is plausible by either is accepted: callers have no other clock than their own.
    """
    return [_event(item, known.get(item["card"].lower()), service, client, clocks) for item in items]


def _event(
    item: dict[str, Any], card: ShownCard | None, service: str, client: str, clocks: tuple[datetime, datetime]
) -> FeedbackEvent:
    if card is not None and card.client != client:
        raise NotEntitled("The card was given to another client.", ("feedback.card",))
    suggestions = tuple(sorted({each["id"].lower() for each in item["acceptedSuggestions"] or ()}))
    why = item["overrideReason"] or item["overrideReasons"] or {}
    reason = why.get("reason") or _extended(why.get("extension") or {})
    comment, cut = _comment(why.get("userComment") or "")
    at = item["outcomeTimestamp"]
    code, system = str(reason.get("code", "")), str(reason.get("system", ""))
    aside = _quarantine(item["outcome"], at, suggestions, card, service, clocks)
    # What was set aside has another key than the same item when it counts: told first to the wrong service, it may
    # be told again to the right one.
    identity = [client, item["card"].lower(), item["outcome"], instant(at), suggestions, system, code, service, aside]
    return FeedbackEvent(
        key=hashlib.sha256(orjson.dumps(identity)).hexdigest(),
        client=client,
        service=service,
        card=item["card"].lower(),
        outcome=item["outcome"],
        outcome_at=instant(at),
        received_at=instant(clocks[0]),
        suggestions=suggestions if item["outcome"] == "accepted" else (),
        reason_system=system,
        reason_code=code,
        comment=comment,
        comment_cut=cut,
        quarantined=aside,
    )


def _quarantine(
    outcome: str,
    at: datetime,
    suggestions: tuple[str, ...],
    card: ShownCard | None,
    service: str,
    clocks: tuple[datetime, datetime],
) -> str:
    """Why the item does not count; "" if it does."""
    if card is None:
        return "unknown-card"
    if card.service != service:
        return "other-service"
    if outcome == "accepted" and not set(suggestions) <= set(card.suggestions):
        return "unknown-suggestion"
    if at > max(clocks) + SKEW:
        return "in-the-future"
    if at < min(datetime.fromisoformat(card.shown_at), *clocks) - SKEW:
        return "before-the-card"
    return ""


def _extended(extension: Mapping[str, Any]) -> dict[str, str]:
    """The reason where one EHR puts it: an extension that holds a coding, or its code."""
    for name, value in extension.items():
        if name.startswith(EPIC_REASON):
            if isinstance(value, str):
                return {"code": value[:512]}
            if isinstance(value, dict) and isinstance(value.get("code"), str):
                system = value.get("system")
                return {"code": value["code"][:512], "system": system[:512] if isinstance(system, str) else ""}
    return {}


def _comment(comment: str) -> tuple[str, bool]:
    """The comment in NFC without control characters, and whether it was cut."""
    kept = "".join(each for each in unicodedata.normalize("NFC", comment) if each == "\n" or each.isprintable())
    return kept[:COMMENT].strip(), len(kept) > COMMENT
