"""What both programs answer: how they are, what they are, what they count."""

import logging
import time
import tomllib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import JSONResponse
from prometheus_client import CONTENT_TYPE_LATEST
from redis.asyncio import Redis
from redis.exceptions import RedisError

from .metrics import Metrics

# What is asked for all the time by Kubernetes and Prometheus is logged as debug.
QUIET = {"/health", "/info", "/metrics"}
PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]

log = logging.getLogger("app")


def add_service(app: FastAPI, name: str, commit: str, redis: Redis, metrics: Metrics) -> None:
    """Adds /health, /info and /metrics to a program, and counts and logs its requests."""
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    @app.get("/health")
    async def health() -> dict[str, str]:
        await redis.ping()
        return {"status": "ok"}

    @app.get("/info")
    async def info() -> dict[str, str]:
        return {"name": name, "version": PROJECT["version"], "commit": commit, "startedAt": started_at}

    @app.get("/metrics")
    async def tell_metrics() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

    @app.exception_handler(RedisError)
    async def without_database(_: Request, error: Exception) -> JSONResponse:
        log.error("the database does not answer", extra={"fields": {"reason": str(error)}})
        return JSONResponse({"error": f"the database does not answer: {error}"}, status_code=503)

    @app.middleware("http")
    async def count_and_log(request: Request, answer: Callable[[Request], Awaitable[Response]]) -> Response:
        began = time.perf_counter()
        status = 500
        try:
            response = await answer(request)
            status = response.status_code
            return response
        finally:
            seconds = round(time.perf_counter() - began, 6)
            metrics.answered(request.method, status, seconds)
            fields = {"method": request.method, "path": request.url.path, "status": status, "seconds": seconds}
            level = logging.DEBUG if request.url.path in QUIET else logging.INFO
            log.log(level, "request", extra={"fields": fields})
