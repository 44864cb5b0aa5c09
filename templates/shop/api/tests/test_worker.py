import time

from fastapi.testclient import TestClient
from fake_redis import FakeRedis

from app import worker


def test_packs_orders_and_finishes_the_one_at_hand(monkeypatch):
    monkeypatch.setattr(worker, "PACKING", 0.05)
    redis = FakeRedis()
    redis.values["orders"] = ["one", "two"]
    with TestClient(worker.create_worker(redis, "abc123")) as client:
        assert client.get("/info").json()["name"] == "worker"
        end = time.monotonic() + 5
        while len(redis.values["orders"]) == 2 and time.monotonic() < end:
            time.sleep(0.01)
    # leaving the client ends the worker: what it took is packed, the rest waits
    assert redis.values["packed"] + len(redis.values["orders"]) == 2
    assert redis.values["packed"] >= 1
