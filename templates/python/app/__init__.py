"""A web service: `python -m app` runs it."""
