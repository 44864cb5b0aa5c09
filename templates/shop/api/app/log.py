import datetime
import json
import os

LEVELS = ["debug", "info", "error"]
LEAST = LEVELS.index(os.environ.get("LOG_LEVEL", "info"))


def log(level, message, **fields):
    """One line of JSON on stdout."""
    if LEVELS.index(level) < LEAST:
        return
    time = datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    print(json.dumps({"time": time, "level": level, "message": message, **fields}))
