"""What the programs are told from outside."""

from collections.abc import Mapping
from dataclasses import dataclass

LEVELS = ("debug", "info", "warn", "error")


class SettingsError(Exception):
    """Its text is a sentence for the one who deploys."""


@dataclass(frozen=True)
class Settings:
    redis_host: str
    redis_password: str
    log_level: str
    port: int
    commit: str
    """the commit that the image was built from"""


def read_settings(env: Mapping[str, str]) -> Settings:
    """Reads the environment. Raises SettingsError."""
    for name, source in (("REDIS_HOST", "manifest"), ("REDIS_PASSWORD", "Secret")):
        if not env.get(name):
            raise SettingsError(f"{name} is not set: in Kubernetes it comes from the {source}.")
    log_level = env.get("LOG_LEVEL", "info")
    if log_level not in LEVELS:
        raise SettingsError(f'LOG_LEVEL is "{log_level}", not one of {", ".join(LEVELS)}.')
    port = env.get("PORT", "8080")
    if not port.isdecimal() or int(port) > 65535:
        raise SettingsError(f'PORT is "{port}", not a port.')
    return Settings(env["REDIS_HOST"], env["REDIS_PASSWORD"], log_level, int(port), env.get("COMMIT", "unknown"))
