"""The api and the worker of the shop: `python -m app api` and `python -m app worker`."""
