"""Runs the service: `python -m app [--reload]`."""

import logging.config
import os
import sys

import uvicorn

from .log import log_config
from .settings import SettingsError, read_settings

# EX_CONFIG of sysexits.h
BAD_CONFIGURATION = 78

# Seconds for running requests: less than terminationGracePeriodSeconds of the Deployment, after which comes SIGKILL.
GRACE = 5


def main() -> None:
    try:
        settings = read_settings(os.environ)
    except SettingsError as error:
        # A pod fails at once then, not at its first request.
        logging.config.dictConfig(log_config("error"))
        logging.getLogger("app").error(error)
        sys.exit(BAD_CONFIGURATION)
    reload = "--reload" in sys.argv[1:]
    uvicorn.run(
        "app.main:create",
        factory=True,
        host="0.0.0.0",
        port=settings.port,
        reload=reload,
        reload_dirs=["app"] if reload else None,
        log_config=log_config(settings.log_level),
        access_log=False,  # requests are logged by app.main
        server_header=False,
        timeout_graceful_shutdown=GRACE,
    )


main()
