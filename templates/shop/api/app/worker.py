"""Packs orders, one after the other. It answers only what Kubernetes and Prometheus ask for."""

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from redis.asyncio import Redis
from redis.exceptions import RedisError

from .database import ORDERS, PACKED, connect
from .metrics import Metrics
from .service import add_service
from .settings import read_settings

# seconds that it takes to pack
PACKING = 0.1

log = logging.getLogger("app")


def create() -> FastAPI:
    """For uvicorn."""
    settings = read_settings(os.environ)
    return create_worker(connect(settings), settings.commit)


def create_worker(redis: Redis, commit: str) -> FastAPI:
    @asynccontextmanager
    async def packing(_: FastAPI) -> AsyncIterator[None]:
        stopping = asyncio.Event()
        packer = asyncio.create_task(pack_orders(redis, stopping))
        yield
        # On SIGTERM the order at hand is packed to its end.
        stopping.set()
        await packer

    app = FastAPI(title="shop worker", lifespan=packing)
    add_service(app, "worker", commit, redis, Metrics())
    return app


async def pack_orders(redis: Redis, stopping: asyncio.Event) -> None:
    """Until told to stop. An order that is at hand when the process is killed is lost; a queue with receipts keeps it."""
    while not stopping.is_set():
        try:
            if taken := await redis.blpop([ORDERS], timeout=1):
                await asyncio.sleep(PACKING)
                log.info("packed", extra={"fields": {"order": taken[1], "packed": await redis.incr(PACKED)}})
        except RedisError as error:
            log.error("the database does not answer", extra={"fields": {"reason": str(error)}})
            await asyncio.sleep(1)
