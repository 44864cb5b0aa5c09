"""As much of redis.asyncio.Redis as the shop uses, in memory."""

import asyncio

from redis.exceptions import ConnectionError as RedisConnectionError


class FakeRedis:
    def __init__(self):
        self.values = {}
        self.is_away = False

    async def ping(self):
        self.look()

    async def incr(self, key):
        self.look()
        self.values[key] = int(self.values.get(key, 0)) + 1
        return self.values[key]

    async def get(self, key):
        self.look()
        return self.values.get(key)

    async def rpush(self, key, value):
        self.look()
        self.values.setdefault(key, []).append(value)
        return len(self.values[key])

    async def llen(self, key):
        self.look()
        return len(self.values.get(key, []))

    async def blpop(self, keys, timeout):
        self.look()
        waiting = self.values.get(keys[0], [])
        if waiting:
            return keys[0], waiting.pop(0)
        await asyncio.sleep(0.01)
        return None

    def look(self):
        if self.is_away:
            raise RedisConnectionError("away")
