"""A load client in a process of its own: keeps a number of connections busy with POSTs and says how long it took.

`python -m tests.benchmarks.load PORT PATH CONNECTIONS` sends every line of its input but the first, which is the access
token, as a JSON body, and prints an Outcome as JSON. Plain sockets on uvloop: a request costs it a few tens of
microseconds, so that it is not what is measured; `busy` says how much of a core it took.
"""

import asyncio
import json
import sys
import time
import uuid
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from statistics import quantiles
from typing import cast

import uvloop

_END = b"\r\n\r\n"
_LENGTH = b"content-length: "


@dataclass(frozen=True, slots=True)
class Outcome:
    """`busy` is the client's share of one core; the percentiles are in milliseconds."""

    seconds: float
    busy: float
    p50: float
    p99: float
    statuses: dict[str, int]


class Connection(asyncio.Protocol):
    """Sends one request after the other for as long as there are any."""

    def __init__(self, waiting: deque[bytes], seen: list[tuple[float, bytes]], done: asyncio.Future[None]) -> None:
        self.waiting = waiting
        self.seen = seen
        self.done = done
        self.buffer = b""
        self.sent = 0.0
        self.transport: asyncio.WriteTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.WriteTransport, transport)  # uvloop's are, without saying so

    def start(self) -> None:
        """Send the next request, or be done."""
        assert self.transport is not None
        if not self.waiting:
            self.transport.close()
            self.done.set_result(None)
            return
        self.sent = time.perf_counter()
        self.transport.write(self.waiting.popleft())

    def data_received(self, data: bytes) -> None:
        self.buffer += data
        if _is_whole(self.buffer):
            self.seen.append((time.perf_counter() - self.sent, self.buffer[9:12]))
            self.buffer = b""
            self.start()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server hung up"))


def _is_whole(answer: bytes) -> bool:
    head, end, body = answer.partition(_END)
    if not end:
        return False
    at = head.lower().index(_LENGTH) + len(_LENGTH)
    return len(body) >= int(head[at:].partition(b"\r\n")[0])


async def load(requests: Sequence[bytes], *, port: int, connections: int) -> Outcome:
    """Send all of `requests`. Every connection is open before the clock starts."""
    loop = asyncio.get_running_loop()
    waiting, seen = deque(requests), list[tuple[float, bytes]]()
    opened = []
    for _ in range(connections):
        connection = Connection(waiting, seen, loop.create_future())
        await loop.create_connection(lambda connection=connection: connection, "127.0.0.1", port)  # type: ignore[misc]
        opened.append(connection)
    begun, worked = time.perf_counter(), time.process_time()
    for connection in opened:
        connection.start()
    await asyncio.gather(*(connection.done for connection in opened))
    seconds, busy = time.perf_counter() - begun, time.process_time() - worked
    times = quantiles([taken * 1000 for taken, _ in seen], n=100)
    statuses = Counter(status.decode() for _, status in seen)
    return Outcome(seconds, busy / seconds, times[49], times[98], dict(statuses))


def request(path: str, body: bytes, *, token: str) -> bytes:
    """One POST, with a key of its own."""
    head = (
        f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: Bearer {token}\r\nIdempotency-Key: {uuid.uuid4().hex}\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def main() -> None:
    port, path, connections = sys.argv[1:]
    token, *bodies = sys.stdin.buffer.read().splitlines()
    requests = [request(path, body, token=token.decode()) for body in bodies]
    outcome = uvloop.run(load(requests, port=int(port), connections=int(connections)))
    json.dump(asdict(outcome), sys.stdout)


if __name__ == "__main__":
    main()
