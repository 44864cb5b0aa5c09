import json
import os
import signal
import subprocess
import sys
from pathlib import Path


def start(**env):
    return subprocess.Popen(
        [sys.executable, "-m", "app"],
        cwd=Path(__file__).parent.parent,
        env={"PATH": os.environ["PATH"], "PORT": "0", "PYTHONUNBUFFERED": "1", **env},
        stdout=subprocess.PIPE,
        text=True,
    )


def test_ends_at_once_where_a_setting_is_missing():
    with start() as process:
        assert json.loads(process.stdout.readline())["message"].startswith("GREETING is not set")
    assert process.returncode == 78


def test_ends_well_on_sigterm():
    with start(GREETING="Hi") as process:
        for line in process.stdout:
            if "running on" in json.loads(line)["message"]:
                break
        process.send_signal(signal.SIGTERM)
        assert "Finished server process" in process.stdout.read()
