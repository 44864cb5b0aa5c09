"""Runs one of the two programs: `python -m app api|worker [--reload]`."""

import logging.config
import os
import sys

import uvicorn

from .log import log_config
from .settings import SettingsError, read_settings

# EX_USAGE and EX_CONFIG of sysexits.h
BAD_USAGE = 64
BAD_CONFIGURATION = 78

# Seconds for running requests: less than terminationGracePeriodSeconds of the manifests, after which comes SIGKILL.
GRACE = 3


def main(program: str = "", *options: str) -> None:
    if program not in {"api", "worker"}:
        sys.exit(usage())
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        # A pod fails at once then, not at its first request.
        logging.config.dictConfig(log_config("error"))
        logging.getLogger("app").error(error)
        sys.exit(BAD_CONFIGURATION)
    reload = "--reload" in options
    uvicorn.run(
        f"app.{program}:create",
        factory=True,
        host="0.0.0.0",
        port=settings.port,
        reload=reload,
        reload_dirs=["app"] if reload else None,
        log_config=log_config(settings.log_level),
        access_log=False,  # requests are logged by app.service
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


def usage() -> int:
    print("usage: python -m app api|worker [--reload]", file=sys.stderr)
    return BAD_USAGE


main(*sys.argv[1:])
