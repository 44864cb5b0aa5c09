import json
import logging

import pytest
from fastapi.testclient import TestClient

from app.log import JsonFormatter
from app.main import create_app
from app.metrics import Metrics
from app.settings import Settings, SettingsError, read_settings


@pytest.fixture
def client():
    settings = Settings(greeting="Hello", log_level="info", port=8080, commit="abc123")
    return TestClient(create_app(settings, Metrics()))


def test_greets(client):
    response = client.get("/")
    assert (response.status_code, response.text) == (200, "Hello\n")


def test_tells_its_health_and_what_it_is(client):
    assert client.get("/health").json() == {"status": "ok"}
    info = client.get("/info").json()
    assert info["commit"] == "abc123"
    assert info["startedAt"].startswith("20")


def test_counts_requests_by_method_and_status(client):
    assert client.get("/nowhere").status_code == 404
    assert client.post("/").status_code == 405
    text = client.get("/metrics").text
    assert 'http_requests_total{method="GET",status="404"} 1.0' in text
    assert 'http_requests_total{method="POST",status="405"} 1.0' in text


def test_logs_requests_as_json_and_health_checks_only_as_debug(client, caplog):
    with caplog.at_level(logging.INFO, logger="app"):
        client.get("/health")
        client.get("/?q=1")
    lines = [json.loads(JsonFormatter().format(record)) for record in caplog.records if record.name == "app"]
    assert [(line["level"], line["path"], line["status"]) for line in lines] == [("info", "/", 200)]


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({}, "GREETING is not set"),
        ({"GREETING": "Hi", "LOG_LEVEL": "loud"}, 'LOG_LEVEL is "loud"'),
        ({"GREETING": "Hi", "PORT": "http"}, 'PORT is "http"'),
    ],
)
def test_says_which_setting_is_missing_or_wrong(env, says):
    with pytest.raises(SettingsError, match=says):
        read_settings(env)
