"""What Prometheus may scrape: counts and times, served on a port of its own on this machine only.

Labels come from closed sets: the service's own functions, statuses, and the codes of docs/collector.md. No device, path
or project, of which there would be thousands.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector, start_http_server
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from feedback_store.errors import EnvironmentTrouble

HOST = "127.0.0.1"
_SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60)


class Metrics:
    """The counts of one process."""

    def __init__(self, check: Callable[[], None], held: Callable[[], int]) -> None:
        """`check` raises EnvironmentTrouble where the storage cannot take a batch; asked at each scrape, as `held` is:
        the bytes of bodies that are being received or worked at."""
        self.registry = CollectorRegistry()
        self._requests = Counter(
            "preceptor_requests", "Requests answered.", ("endpoint", "method", "status"), registry=self.registry
        )
        self._codes = Counter("preceptor_refusals", "Requests refused, by code.", ("code",), registry=self.registry)
        self._seconds = Histogram(
            "preceptor_request_seconds",
            "From a request's head to its answer's end.",
            ("endpoint",),
            buckets=_SECONDS,
            registry=self.registry,
        )
        self._bytes = Counter("preceptor_received_bytes", "Bytes of bodies received.", registry=self.registry)
        Gauge(
            "preceptor_held_bytes", "Bytes of bodies being received or worked at.", registry=self.registry
        ).set_function(held)
        self.registry.register(_Ready(check))
        ProcessCollector(namespace="preceptor", registry=self.registry)

    def count(self, endpoint: str, method: str, status: int, code: str | None, seconds: float, size: int) -> None:
        """Count one answered request."""
        self._requests.labels(endpoint, method if method in _METHODS else "other", str(status)).inc()
        self._seconds.labels(endpoint).observe(seconds)
        self._bytes.inc(size)
        if code is not None:
            self._codes.labels(code).inc()

    @contextlib.contextmanager
    def served(self, port: int) -> Iterator[str]:
        """Serve on this machine at `port` (0: any free one) until the block's end; gives the address."""
        try:
            server, thread = start_http_server(port, HOST, self.registry)
        except OSError as error:
            raise EnvironmentTrouble.worded(
                "Metrics cannot be served on port {port}: {why}. Choose another with --metrics-port.",
                code="port_taken",
                port=port,
                why=error.strerror,
            ) from error
        try:
            yield f"http://{HOST}:{server.server_port}/metrics"
        finally:
            server.shutdown()
            server.server_close()
            thread.join()


_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "HEAD", "PATCH", "OPTIONS"})


class _Ready(Collector):
    """Whether the storage answers, asked when it is scraped."""

    def __init__(self, check: Callable[[], None]) -> None:
        self._check = check

    def collect(self) -> Iterator[GaugeMetricFamily]:
        try:
            self._check()
            ready = 1
        except EnvironmentTrouble:
            ready = 0
        yield GaugeMetricFamily("preceptor_ready", "1 while batches can be stored.", value=ready)

    def describe(self) -> Iterator[GaugeMetricFamily]:
        """What it collects, without asking the storage when it is registered."""
        yield GaugeMetricFamily("preceptor_ready", "1 while batches can be stored.")
