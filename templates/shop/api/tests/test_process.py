import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest


def start(program, **env):
    return subprocess.Popen(
        [sys.executable, "-m", "app", program],
        cwd=Path(__file__).parent.parent,
        env={"PATH": os.environ["PATH"], "PORT": "0", "PYTHONUNBUFFERED": "1", **env},
        stdout=subprocess.PIPE,
        text=True,
    )


@pytest.mark.parametrize(
    ("env", "says"),
    [
        ({}, "REDIS_HOST is not set"),
        ({"REDIS_HOST": "db"}, "REDIS_PASSWORD is not set"),
        ({"REDIS_HOST": "db", "REDIS_PASSWORD": "x", "LOG_LEVEL": "loud"}, 'LOG_LEVEL is "loud"'),
    ],
)
def test_ends_at_once_where_a_setting_is_missing_or_wrong(env, says):
    with start("api", **env) as process:
        assert json.loads(process.stdout.readline())["message"].startswith(says)
    assert process.returncode == 78


@pytest.mark.parametrize("program", ["api", "worker"])
def test_ends_well_on_sigterm(program):
    with start(program, REDIS_HOST="127.0.0.1", REDIS_PASSWORD="x") as process:
        for line in process.stdout:
            if "running on" in json.loads(line)["message"]:
                break
        process.send_signal(signal.SIGTERM)
        assert "Finished server process" in process.stdout.read()
