import pytest
from fastapi.testclient import TestClient
from fake_redis import FakeRedis

from app.api import create_api


@pytest.fixture
def redis():
    return FakeRedis()


@pytest.fixture
def client(redis):
    return TestClient(create_api(redis, "abc123"))


def test_counts_visits(client):
    assert [client.get("/visits").json()["visits"] for _ in range(3)] == [1, 2, 3]


def test_takes_orders(client):
    assert client.get("/orders").json() == {"waiting": 0, "packed": 0}
    assert client.post("/orders").status_code == 201
    assert client.get("/orders").json() == {"waiting": 1, "packed": 0}


def test_is_not_healthy_without_its_database_but_alive(client, redis):
    assert client.get("/health").json() == {"status": "ok"}
    redis.is_away = True
    assert client.get("/health").status_code == 503
    assert client.get("/visits").json() == {"error": "the database does not answer: away"}
    assert client.get("/info").json()["commit"] == "abc123"


def test_counts_requests_by_method_and_status(client):
    assert client.get("/nowhere").status_code == 404
    assert 'http_requests_total{method="GET",status="404"} 1.0' in client.get("/metrics").text
