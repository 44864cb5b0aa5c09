"""Redis, and what the shop keeps there."""

from redis.asyncio import Redis
from redis.asyncio.retry import Retry
from redis.backoff import NoBackoff

from .settings import Settings

VISITS = "visits"
# orders that wait to be packed, the oldest first
ORDERS = "orders"
PACKED = "packed"


def connect(settings: Settings) -> Redis:
    """Connects with the first command. A database that is away is told at once: Kubernetes tries again, and so do people."""
    return Redis(
        host=settings.redis_host,
        password=settings.redis_password,
        decode_responses=True,
        socket_connect_timeout=2,
        socket_timeout=5,
        retry=Retry(NoBackoff(), 1),
    )
