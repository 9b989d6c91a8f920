"""What Magpie counts for Prometheus: requests, questions, queues, records, models, points."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)
_METHODS = frozenset({"DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT"})


@dataclass(frozen=True, slots=True)
class Gauges:
    """How things stand at one moment.

    Attributes:
        items: number of records in each state.
        queued: number of items of work by stage and state, those that need no more left out.
        outbox: changes that the index has not taken up.
        points: in the index; None where it does not answer.
        loaded: names of the networks in memory.
    """

    items: dict[str, int] = field(default_factory=dict)
    queued: dict[tuple[str, str], int] = field(default_factory=dict)
    outbox: int = 0
    points: int | None = None
    loaded: tuple[str, ...] = ()


class Metrics:
    """Counters of one server. Thread safe."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._requests = Counter(
            "magpie_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self._registry,
        )
        self._request_seconds = Histogram(
            "magpie_http_request_seconds",
            "Time until a request was answered.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._searches = Counter(
            "magpie_searches",
            "Questions answered, by what was asked with and whether anything was found.",
            ("by", "found"),
            registry=self._registry,
        )
        self._search_seconds = Histogram(
            "magpie_search_seconds",
            "Time until a question was answered.",
            buckets=_SECONDS,
            registry=self._registry,
        )

    def request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request that was answered."""
        known = method if method in _METHODS else "other"
        self._requests.labels(known, route, str(status)).inc()
        self._request_seconds.labels(route).observe(seconds)

    def search(self, *, by: str, found: bool, seconds: float) -> None:
        """Count a question that was answered."""
        self._searches.labels(by, "yes" if found else "no").inc()
        self._search_seconds.observe(seconds)

    def exposition(self, gauges: Callable[[], Gauges]) -> bytes:
        """Everything in the text format of Prometheus, with how things stand now."""
        return generate_latest(self._registry) + generate_latest(_Standing(gauges()))


class _Standing(CollectorRegistry):
    """A registry that lives for one answer."""

    def __init__(self, gauges: Gauges) -> None:
        super().__init__()
        self.register(_GaugeCollector(gauges))


class _GaugeCollector(Collector):
    def __init__(self, gauges: Gauges) -> None:
        self._gauges = gauges

    def collect(self) -> Iterable[Metric]:
        gauges = self._gauges
        items = GaugeMetricFamily("magpie_items", "Records by state.", labels=("state",))
        for state, count in sorted(gauges.items.items()):
            items.add_metric((state,), count)
        queue = GaugeMetricFamily(
            "magpie_queue_items", "Work that is not done.", labels=("stage", "state")
        )
        for (stage, state), count in sorted(gauges.queued.items()):
            queue.add_metric((stage, state), count)
        loaded = GaugeMetricFamily("magpie_model_loaded", "Models in memory.", labels=("model",))
        for name in gauges.loaded:
            loaded.add_metric((name,), 1)
        yield items
        yield queue
        yield loaded
        yield GaugeMetricFamily(
            "magpie_outbox_rows", "Changes the index has not taken up.", value=gauges.outbox
        )
        if gauges.points is not None:
            yield GaugeMetricFamily(
                "magpie_index_points", "Points in the index.", value=gauges.points
            )
