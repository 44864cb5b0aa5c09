"""GET /visits counts one up; POST /orders orders; GET /orders tells how many wait and are packed."""

import os

from fastapi import FastAPI
from redis.asyncio import Redis

from .database import ORDERS, PACKED, VISITS, connect
from .metrics import Metrics
from .service import add_service
from .settings import read_settings


def create() -> FastAPI:
    """For uvicorn."""
    settings = read_settings(os.environ)
    return create_api(connect(settings), settings.commit)


def create_api(redis: Redis, commit: str) -> FastAPI:
    app = FastAPI(title="shop api")
    add_service(app, "api", commit, redis, Metrics())

    @app.get("/visits")
    async def visit() -> dict[str, int]:
        return {"visits": await redis.incr(VISITS)}

    @app.post("/orders", status_code=201)
    async def order() -> dict[str, int]:
        return {"waiting": await redis.rpush(ORDERS, "one of everything")}

    @app.get("/orders")
    async def orders() -> dict[str, int]:
        return {"waiting": await redis.llen(ORDERS), "packed": int(await redis.get(PACKED) or 0)}

    return app
