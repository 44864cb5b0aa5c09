"""Counts requests, for Prometheus."""

from prometheus_client import CollectorRegistry, Counter, Histogram, ProcessCollector, generate_latest


class Metrics:
    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        # No path among the labels: anybody can ask for any, and each would be kept for ever.
        self._requests = Counter(
            "http_requests", "Requests that were answered.", ["method", "status"], registry=self._registry
        )
        self._seconds = Histogram(
            "http_request_duration_seconds", "From the request to its answer.", registry=self._registry
        )
        ProcessCollector(registry=self._registry)

    def answered(self, method: str, status: int, seconds: float) -> None:
        # HTTP lets clients make methods up
        known = method if method in {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"} else "other"
        self._requests.labels(known, str(status)).inc()
        self._seconds.observe(seconds)

    def text(self) -> bytes:
        return generate_latest(self._registry)
