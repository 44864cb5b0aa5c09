/**
 * Loaded into every Python program of a container (sitecustomize in PYTHONPATH), to the same end as the one for Node.
 * asyncio binds IPv6 apart from IPv4: that second socket gets a port nobody wants.
 */
export const PYTHON_PRELOAD = `import json, os, socket

_own = os.environ.get("ROCKPOOL_POD_ADDRESS")
_local = {"localhost", "127.0.0.1", "::1", os.environ.get("HOSTNAME")}
_any = {"", "0.0.0.0", "::"}


def _place(name):
    if isinstance(name, bytes):
        name = name.decode("ascii", "replace")
    if name in _local:
        return {"address": _own, "ports": {}}
    try:
        with open(os.environ["ROCKPOOL_NAMES"]) as file:
            return json.load(file).get(str(name).rstrip("."))
    except Exception:
        return None


def _led(sock, address):
    if sock.family not in (socket.AF_INET, socket.AF_INET6) or not isinstance(address, tuple):
        return address
    place = _place(address[0])
    if place is None:
        return address
    port = place["ports"].get(str(address[1]), address[1])
    if sock.family == socket.AF_INET:
        return (place["address"], port)
    return ("::ffff:" + place["address"], port, 0, 0)


if _own:
    _bind, _connect, _connect_ex = socket.socket.bind, socket.socket.connect, socket.socket.connect_ex
    _getaddrinfo, _gethostbyname = socket.getaddrinfo, socket.gethostbyname

    def bind(self, address):
        if isinstance(address, tuple) and address[0] in _any | _local:
            if self.family == socket.AF_INET:
                address = (_own, address[1])
            elif self.family == socket.AF_INET6:
                if self.getsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY):
                    address = ("::1", 0, 0, 0)
                else:
                    address = ("::ffff:" + _own, address[1], 0, 0)
        return _bind(self, address)

    def connect(self, address):
        return _connect(self, _led(self, address))

    def connect_ex(self, address):
        return _connect_ex(self, _led(self, address))

    def getaddrinfo(host, port, *rest, **more):
        place = _place(host) if host else None
        if place is None:
            return _getaddrinfo(host, port, *rest, **more)
        return _getaddrinfo(place["address"], place["ports"].get(str(port), port))

    def gethostbyname(host):
        place = _place(host)
        return _gethostbyname(place["address"] if place else host)

    socket.socket.bind = bind
    socket.socket.connect = connect
    socket.socket.connect_ex = connect_ex
    socket.getaddrinfo = getaddrinfo
    socket.gethostbyname = gethostbyname
`;
