"""As much of the redis protocol as this application needs: https://redis.io/docs/latest/develop/reference/protocol-spec/"""

import socket
import threading


class Redis:
    """One connection, used by one thread at a time and made anew after an error. Raises OSError."""

    def __init__(self, host, port, password):
        self.address = (host, port)
        self.password = password
        self.lock = threading.Lock()
        self.stream = None

    def command(self, *words):
        with self.lock:
            try:
                if self.stream is None:
                    self.connect()
                return self.ask(*words)
            except OSError:
                self.close()
                raise

    def connect(self):
        with socket.create_connection(self.address, timeout=2) as connection:
            connection.settimeout(2)
            self.stream = connection.makefile("rwb")  # keeps the connection open after the with block
        if self.password:
            self.ask("AUTH", self.password)

    def close(self):
        stream, self.stream = self.stream, None
        try:
            if stream is not None:
                stream.close()
        except OSError:
            pass

    def ask(self, *words):
        parts = [str(word).encode() for word in words]
        request = b"*%d\r\n" % len(parts) + b"".join(b"$%d\r\n%s\r\n" % (len(part), part) for part in parts)
        self.stream.write(request)
        self.stream.flush()
        return self.reply()

    def reply(self):
        line = self.stream.readline()
        if not line:
            raise ConnectionResetError("the connection was closed")
        kind, rest = line[:1], line[1:].rstrip(b"\r\n").decode()
        if kind == b"+":
            return rest
        if kind == b":":
            return int(rest)
        if kind == b"$":
            return None if rest == "-1" else self.stream.read(int(rest) + 2)[:-2].decode()
        raise OSError(rest)
