"""The web server's worker: whole requests only reach its threads, so that slow clients hold none.

gunicorn's own threaded worker reads a request in a thread. Who sends a request a byte at a time
then holds a thread as long as it likes, and as many of them as there are threads stop the service.
Here the loop that waits for all connections gathers each request, and closes what takes too long.
"""

from __future__ import annotations

import re
import socket
import struct
import time
from functools import partial
from selectors import EVENT_READ
from typing import Any

from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_WITHIN_S = 15.0
"""A connection's first byte, and the whole head of a request, come within this time."""
SLOWEST_BYTES_S = 4096
"""A body that comes more slowly is not waited for: a poor telephone line carries more."""
ANSWER_STALLS_S = 30
"""Seconds after which an answer that the client does not read is given up."""
MOST_HEAD = 64 * 1024
"""Bytes after which the head is left to the parser, which refuses it."""
MOST_TOGETHER = 128 * 2**20
"""Bytes of all requests being gathered; beyond, the one that waits longest is closed."""
READ_AT_ONCE = 256 * 1024
END_OF_HEAD = b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.I)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.I)
LAST_CHUNK = b"0\r\n\r\n"


class Gathering:
    """What has come of one request."""

    def __init__(self, most_body: int, *, now: float) -> None:
        self.data = bytearray()
        self.since = now
        self.most_body = most_body
        self._whole_at: int | None = None
        """Bytes of the whole request, once its head has come."""
        self._chunked = False

    @property
    def until(self) -> float:
        """When it is given up."""
        return self.since + HEAD_WITHIN_S + len(self.data) / SLOWEST_BYTES_S

    def add(self, data: bytes) -> None:
        """Take what has come, and learn from the head how much is to follow."""
        seen = max(0, len(self.data) - len(END_OF_HEAD))
        self.data += data
        if self._whole_at is not None:
            return
        end = self.data.find(END_OF_HEAD, seen)
        if end < 0:
            return
        body_at = end + len(END_OF_HEAD)
        head = bytes(self.data[:body_at])
        length = LENGTH.search(head)
        self._chunked = CHUNKED.search(head) is not None
        body = int(length[1]) if length else 0
        # What the service does not take anyway, it refuses without reading it.
        self._whole_at = body_at + (body if body <= self.most_body else 0)

    def is_whole(self) -> bool:
        """Whether a thread can answer without waiting for the client."""
        if self._whole_at is None:
            return len(self.data) > MOST_HEAD
        if self._chunked:
            too_long = len(self.data) > self._whole_at + self.most_body
            return too_long or self.data.endswith(LAST_CHUNK)
        return len(self.data) >= self._whole_at


class GatheringWorker(ThreadWorker):
    """gunicorn's threaded worker, but for who waits for slow clients: the loop does."""

    def enqueue_req(self, conn: TConn) -> None:
        """Gather a request of the connection; a thread gets it when it is whole."""
        conn.gathering = Gathering(self._most_body(), now=time.monotonic())
        conn.sock.settimeout(0)
        stalls = struct.pack("ll", ANSWER_STALLS_S, 0)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDTIMEO, stalls)
        conn.sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVTIMEO, stalls)
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, readable)
        if conn.parser is not None:
            # Of requests sent in one go, the later ones have come already.
            self._take(conn, conn.parser.unreader.take_buffered())

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Take what has come; the connection ends where nothing more will."""
        try:
            data = client.recv(READ_AT_ONCE)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if data:
            self._take(conn, data)
        else:
            self._drop(conn)

    def murder_pending(self) -> None:
        """Close what takes too long, and the oldest where all together are too much."""
        now = time.monotonic()
        for conn in [c for c in self.pending_conns if c.gathering.until < now]:
            self._drop(conn)
        while sum(len(c.gathering.data) for c in self.pending_conns) > MOST_TOGETHER:
            self._drop(self.pending_conns[0])

    def _most_body(self) -> int:
        limit: Any = self.wsgi.config["MAX_CONTENT_LENGTH"]
        return int(limit)

    def _take(self, conn: TConn, data: bytes) -> None:
        conn.gathering.add(data)
        if not conn.gathering.is_whole():
            return
        self._forget(conn)
        conn.init()
        conn.parser.unreader.unread(bytes(conn.gathering.data))
        conn.gathering, conn.data_ready = None, True
        super().enqueue_req(conn)

    def _forget(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _drop(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()
