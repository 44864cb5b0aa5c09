"""GET /visits counts one up; GET /health says whether the database answers."""

import json
import os
import signal
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from .log import log
from .redis import Redis

PORT = int(os.environ.get("PORT", "8080"))
redis = Redis(os.environ.get("REDIS_HOST", "db"), 6379, os.environ.get("REDIS_PASSWORD", ""))


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        status, body = answer(self.path)
        payload = json.dumps(body).encode() + b"\n"
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)
        level = "debug" if self.path == "/health" else "info"
        log(level, "request", method="GET", path=self.path, status=status)

    def log_message(self, *_):
        """Requests are logged as JSON above."""


def answer(path):
    try:
        if path == "/health":
            redis.command("PING")
            return 200, {"status": "ok"}
        if path == "/visits":
            return 200, {"visits": redis.command("INCR", "visits")}
        return 404, {"error": "not found"}
    except OSError as error:
        log("error", "the database does not answer", reason=str(error))
        return 503, {"error": f"the database does not answer: {error}"}


def main():
    server = ThreadingHTTPServer(("", PORT), Handler)
    server.daemon_threads = True  # a kept-alive connection must not hold up the end
    server.block_on_close = False

    def stop(*_):
        log("info", "stopping")
        # shutdown waits for serve_forever, which runs on the thread that this handler interrupts
        threading.Thread(target=server.shutdown).start()

    signal.signal(signal.SIGTERM, stop)
    log("info", "listening", port=PORT)
    server.serve_forever(poll_interval=0.05)


main()
