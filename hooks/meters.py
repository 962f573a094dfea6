"""What is counted, and how it reaches Prometheus. Labels are ids of ours and names from the settings: their number is
bounded, and nothing of a patient or of a token is among them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    disable_created_metrics,
    generate_latest,
    values,
)
from prometheus_client.multiprocess import MultiProcessCollector, mark_process_dead

from cds.assessment import Assessment
from hooks.store import ShownCard

disable_created_metrics()  # type: ignore[no-untyped-call]  # as many lines again, and several processes cannot have them

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 5.0)


@dataclass(frozen=True, slots=True)
class Metric:
    """One metric as it is declared and documented. A gauge says how the workers' values become one."""

    kind: type[Counter] | type[Gauge] | type[Histogram]
    name: str
    says: str
    labels: tuple[str, ...] = ()
    of_workers: str = ""


METRICS = (
    Metric(
        Counter, "hepar_calls", "Hook calls, by outcome: cards, nothing, held, failed, or the status of a refusal",
        ("client", "service", "outcome"),
    ),
    Metric(
        Histogram, "hepar_call_seconds", "Duration of hook calls, waiting for a thread included", ("client", "service")
    ),
    Metric(Counter, "hepar_cards", "Cards shown", ("client", "service", "rule")),
    Metric(
        Counter, "hepar_held_back", "Advice not raised again: repeated, or snoozed by an override",
        ("client", "service", "rule", "reason"),
    ),
    Metric(Counter, "hepar_not_computed", "Scores not computed, by reason", ("client", "score", "reason")),
    Metric(
        Counter, "hepar_prefetch", "Keys that hook calls needed: sent along, read from the EHR, or not_read",
        ("client", "key", "outcome"),
    ),
    Metric(
        Counter, "hepar_feedback", "Items of feedback: accepted, overridden, quarantined",
        ("client", "service", "outcome"),
    ),
    Metric(
        Counter, "hepar_records", "Records that were to be judged: valid, invalid, failed, or the status of a refusal",
        ("client", "outcome"),
    ),
    Metric(Histogram, "hepar_record_seconds", "Duration of those calls, waiting for a thread included", ("client",)),
    Metric(
        Counter, "hepar_refused", "Calls not let in: why a token was not trusted, or which limit was reached",
        ("client", "reason"),
    ),
    Metric(
        Counter, "hepar_store_failures", "What the store did not take: tokens, memory, cards, refusals, feedback",
        ("what",),
    ),
    Metric(Counter, "hepar_log_lines_lost", "Log lines lost because nobody read standard output"),
    Metric(
        Gauge, "hepar_token_failures_left", "Failed tokens that will still be recorded one by one, of the worker with "
        "the fewest", (), "livemin",
    ),
    Metric(
        Gauge, "hepar_server_left_alone", "Workers that leave this FHIR server (client/number) alone because it did "
        "not answer", ("server",), "livesum",
    ),
    Metric(
        Gauge, "hepar_keys_unusable", "Workers that cannot use, or not renew, the public keys of this client",
        ("client",), "livesum",
    ),
)  # fmt: skip
"""All of them. In the text format a counter's name ends in _total."""


class Meters:
    """The metrics of one worker; with `shared`, the folder of all workers' values, `text` tells those of all."""

    def __init__(self, shared: Path | None = None) -> None:
        self._shared = shared
        self._registry = CollectorRegistry()
        self._metrics: dict[str, Any] = {metric.name: self._made(metric) for metric in METRICS}
        self._children: dict[tuple[str, ...], Any] = {}

    def _made(self, metric: Metric) -> Any:
        if metric.kind is Gauge:
            return Gauge(
                metric.name,
                metric.says,
                metric.labels,
                registry=self._registry,
                multiprocess_mode=metric.of_workers,  # type: ignore[arg-type]
            )
        if metric.kind is Histogram:
            return Histogram(metric.name, metric.says, metric.labels, registry=self._registry, buckets=BUCKETS)
        return Counter(metric.name, metric.says, metric.labels, registry=self._registry)

    def _child(self, *key: str) -> Any:
        """The metric with these label values, found without the library's check of what was found before."""
        found = self._children.get(key)
        if found is None:
            metric = self._metrics[key[0]]
            found = self._children[key] = metric.labels(*key[1:]) if key[1:] else metric
        return found

    def count(self, name: str, *labels: str, by: int = 1) -> None:
        """Count one event of a counter in `METRICS`."""
        self._child(name, *labels).inc(by)

    def set(self, name: str, value: float, *labels: str) -> None:
        """Set a gauge in `METRICS`."""
        self._child(name, *labels).set(value)

    def took(self, client: str, service: str, outcome: str, seconds: float) -> None:
        """One hook call."""
        self.count("hepar_calls", client, service, outcome)
        self._child("hepar_call_seconds", client, service).observe(seconds)

    def judged(self, client: str, outcome: str, seconds: float) -> None:
        """One record that was to be judged."""
        self.count("hepar_records", client, outcome)
        self._child("hepar_record_seconds", client).observe(seconds)

    def advised(
        self,
        client: str,
        service: str,
        shown: Iterable[ShownCard],
        held: Iterable[tuple[str, str]],
        found: Assessment | None,
    ) -> None:
        """What a call showed, which rules it held back and why, and why scores were not computed."""
        for card in shown:
            self.count("hepar_cards", client, service, card.rule)
        for rule, why in held:
            self.count("hepar_held_back", client, service, rule, why)
        for score in found.scores if found else ():
            if score.status == "not-computed":
                for reason in score.reasons:
                    self.count("hepar_not_computed", client, score.id, reason)

    def text(self) -> bytes:
        """All of them in the text format of Prometheus."""
        if self._shared is None:
            return generate_latest(self._registry)
        registry = CollectorRegistry()
        MultiProcessCollector(registry, str(self._shared))  # type: ignore[no-untyped-call]
        return generate_latest(registry)


def share(identify: Callable[[], Any]) -> None:
    """Call once in a worker, before its `Meters` are made: their values go into files of the shared folder.

    `identify` names the files; of two workers that live at the same time it must be different. A name that comes again
    goes on counting where the last one stopped, so that files do not pile up as workers are renewed.
    """
    values.ValueClass = values.MultiProcessValue(identify)  # type: ignore[no-untyped-call]


def left(identity: Any, shared: Path) -> None:
    """A worker is gone: what it is no longer the state of."""
    mark_process_dead(identity, str(shared))  # type: ignore[no-untyped-call]


def table() -> str:
    """All metrics as a table in Markdown, for those who operate the service."""
    rows = (
        f"| `{name}` | {', '.join(metric.labels) or 'none'} | {metric.says} |" for name, metric in documented().items()
    )
    return "\n".join(("| metric | labels | what |", "| --- | --- | --- |", *rows))


def documented() -> Mapping[str, Metric]:
    """Name in the text format -> metric."""
    return {f"{metric.name}_total" if metric.kind is Counter else metric.name: metric for metric in METRICS}
