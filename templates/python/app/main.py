"""The web service."""

import logging
import os
import time
import tomllib
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from pathlib import Path

from fastapi import FastAPI, Request, Response
from fastapi.responses import PlainTextResponse
from prometheus_client import CONTENT_TYPE_LATEST

from .metrics import Metrics
from .settings import Settings, read_settings

# What is asked for all the time by Kubernetes and Prometheus is logged as debug.
QUIET = {"/health", "/metrics"}
PROJECT = tomllib.loads((Path(__file__).parent.parent / "pyproject.toml").read_text())["project"]

log = logging.getLogger("app")


def create() -> FastAPI:
    """For uvicorn."""
    return create_app(read_settings(os.environ), Metrics())


def create_app(settings: Settings, metrics: Metrics) -> FastAPI:
    app = FastAPI(title=PROJECT["name"], version=PROJECT["version"])
    started_at = datetime.now(UTC).isoformat(timespec="milliseconds")

    @app.get("/", response_class=PlainTextResponse)
    async def greet() -> str:
        return f"{settings.greeting}\n"

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok"}

    @app.get("/info")
    async def info() -> dict[str, str]:
        return {
            "name": PROJECT["name"],
            "version": PROJECT["version"],
            "commit": settings.commit,
            "startedAt": started_at,
        }

    @app.get("/metrics")
    async def tell_metrics() -> Response:
        return Response(metrics.text(), media_type=CONTENT_TYPE_LATEST)

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

    return app
