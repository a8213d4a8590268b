"""The web server's worker: its threads wait for no client, neither to send nor to read.

gunicorn's own threaded worker reads a request in a thread. Who sends a request a byte at a time
then holds a thread as long as it likes, and as many of them as there are threads stop the service.
Here the loop that waits for all connections gathers each request, and closes what takes too long.
A thread reads nothing from a connection, and what of its answer does not go out at once is left
to the loop, which waits for nobody who does not close it either.
"""

from __future__ import annotations

import re
import socket
import time
from collections import deque
from concurrent.futures import Future
from functools import partial
from selectors import EVENT_READ, EVENT_WRITE
from typing import IO, Any

from gunicorn.http.unreader import Unreader
from gunicorn.workers.gthread import TConn, ThreadWorker

HEAD_WITHIN_S = 15.0
"""A connection's first byte, and the whole head of a request, come within this time."""
SLOWEST_BYTES_S = 4096
"""A body that comes more slowly is not waited for: a poor telephone line carries more."""
ANSWER_STALLS_S = 30.0
"""Seconds a client may take to begin to read an answer; then it reads as fast as others send."""
MOST_HEAD = 64 * 1024
"""Bytes after which the end of a head is not waited for, nor that of the trailers of chunks."""
MOST_TOGETHER = 128 * 2**20
"""Bytes of all requests being gathered, and of all answers; beyond, the oldest is closed."""
READ_AT_ONCE = 256 * 1024
CLOSES_WITHIN_S = 5.0
"""How long what still comes is read after the last answer: closing at once could destroy it."""
LONGEST_SIZE = 4096
"""Bytes of the line that says how long a chunk is."""
END_OF_LINE, END_OF_HEAD = b"\r\n", b"\r\n\r\n"
LENGTH = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,18})[ \t]*\r\n", re.I)
CHUNKED = re.compile(rb"\r\ntransfer-encoding:", re.I)
SIZE = re.compile(rb"[0-9a-f]{1,15}[ \t]*(;[^\r\n]*)?", re.I)


class Nothing(Unreader):
    """Where a thread reads from: what was gathered, and then nothing more."""

    ran_out = False
    """Whether more was asked for: nobody knows then where the next request begins."""

    def chunk(self, size_hint: int | None = None) -> bytes:  # noqa: ARG002
        self.ran_out = True
        return b""


class Gathering:
    """What has come of one request."""

    def __init__(self, most_body: int, *, now: float) -> None:
        self.data = bytearray()
        self.since = now
        self.most_body = most_body
        self.is_cut = False
        """Whether it goes to a thread without all that was announced."""
        self._body_at: int | None = None
        """Bytes of the head, once it has come."""
        self._whole_at: int | None = None
        """Bytes of the whole request, once that is known."""
        self._chunk_at: int | None = None
        """Where the next chunk begins, of a body that comes in chunks."""

    @property
    def until(self) -> float:
        """When it is given up."""
        return self.since + HEAD_WITHIN_S + len(self.data) / SLOWEST_BYTES_S

    def add(self, data: bytes) -> None:
        """Take what has come, and learn from the head how much is to follow."""
        seen = max(0, len(self.data) - len(END_OF_HEAD))
        self.data += data
        if self._body_at is None:
            self._look_for_body(seen)
        if self._chunk_at is not None and self._whole_at is None:
            self._look_for_end(self._chunk_at)

    def is_whole(self) -> bool:
        """Whether a thread can answer without waiting for the client."""
        return self.is_cut or (self._whole_at is not None and len(self.data) >= self._whole_at)

    def _look_for_body(self, seen: int) -> None:
        end = self.data.find(END_OF_HEAD, seen)
        if end < 0:
            self.is_cut = len(self.data) > MOST_HEAD
            return
        self._body_at = end + len(END_OF_HEAD)
        head = bytes(self.data[: self._body_at])
        if CHUNKED.search(head):
            self._chunk_at = self._body_at
            return
        length = LENGTH.search(head)
        body = int(length[1]) if length else 0
        # What the service does not take anyway, it refuses without reading it.
        self.is_cut = body > self.most_body
        self._whole_at = self._body_at + body

    def _look_for_end(self, at: int) -> None:
        """Go from chunk to chunk: the signs of the last one may stand within another."""
        while (end := self.data.find(END_OF_LINE, at, at + LONGEST_SIZE)) >= 0:
            line = bytes(self.data[at:end])
            if not SIZE.fullmatch(line):
                self.is_cut = True  # the parser refuses it
                return
            size = int(line.split(b";")[0], 16)
            if size == 0:
                trailers = self.data.find(END_OF_HEAD, end, end + MOST_HEAD)
                self._whole_at = None if trailers < 0 else trailers + len(END_OF_HEAD)
                self.is_cut = len(self.data) > end + MOST_HEAD
                break
            at = end + len(END_OF_LINE) + size + len(END_OF_LINE)
        else:
            self.is_cut = len(self.data) > at + LONGEST_SIZE
        self._chunk_at = at
        most = (self._body_at or 0) + self.most_body
        self.is_cut |= self._whole_at is None and max(at, len(self.data)) > most


class Answer:
    """Stands for the socket in a thread: takes all that is written, and never waits."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self.waiting = bytearray()
        """What has not gone out yet."""
        self.until = 0.0
        """When the client is waited for no more; grows with what it takes."""

    def sendall(self, data: bytes) -> None:
        self.waiting += data if self.waiting else data[self._sent(data) :]

    def send(self, data: bytes) -> int:
        self.sendall(data)
        return len(data)

    def sendfile(self, file: IO[bytes], offset: int = 0, count: int | None = None) -> None:
        file.seek(offset)
        self.sendall(file.read(-1 if count is None else count))

    def shutdown(self, _how: int) -> None:
        raise OSError("the loop closes the connection")

    def close(self) -> None:
        """Leave it to the loop."""

    def send_on(self) -> None:
        """Send what goes out at once of what waits."""
        sent = self._sent(bytes(self.waiting[:READ_AT_ONCE]))
        del self.waiting[:sent]
        self.until += sent / SLOWEST_BYTES_S

    def _sent(self, data: bytes) -> int:
        try:
            return self._sock.send(data, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return 0


class GatheringWorker(ThreadWorker):
    """gunicorn's threaded worker, but for who waits for slow clients: the loop does."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.answering_conns: deque[TConn] = deque()
        """Connections whose client has not taken the whole answer yet."""
        self.closing_conns: deque[TConn] = deque()
        """Connections that have had their last answer; those that end first stand first."""

    def enqueue_req(self, conn: TConn) -> None:
        """Gather a request of the connection; a thread gets it when it is whole."""
        conn.gathering = Gathering(self._most_body(), now=time.monotonic())
        conn.sock.settimeout(0)
        self.pending_conns.append(conn)
        readable = partial(self.on_pending_socket_readable, conn)
        self.poller.register(conn.sock, EVENT_READ, readable)
        if conn.parser is not None:
            # Of requests sent in one go, the later ones have come already.
            self._take(conn, conn.parser.unreader.take_buffered())

    def on_pending_socket_readable(self, conn: TConn, client: socket.socket) -> None:
        """Take what has come; the connection ends where nothing more will."""
        data = _received(client)
        if data:
            self._take(conn, data)
        elif data is not None:
            self._drop(conn)

    def murder_pending(self) -> None:
        """Close what takes too long, and the oldest where all together are too much."""
        now = time.monotonic()
        for conn in [c for c in self.pending_conns if c.gathering.until < now]:
            self._drop(conn)
        while sum(len(c.gathering.data) for c in self.pending_conns) > MOST_TOGETHER:
            self._drop(self.pending_conns[0])
        for conn in [c for c in self.answering_conns if c.answer.until < now]:
            self._give_up(conn)
        while sum(len(c.answer.waiting) for c in self.answering_conns) > MOST_TOGETHER:
            self._give_up(self.answering_conns[0])
        while self.closing_conns and self.closing_conns[0].timeout < now:
            self._close(self.closing_conns[0])

    def handle_request(self, req: Any, conn: TConn) -> bool:
        """Answer a request; what the client does not take at once is left to the loop."""
        sock, conn.sock = conn.sock, conn.answer
        try:
            return bool(super().handle_request(req, conn))
        finally:
            conn.sock = sock

    def finish_request(self, conn: TConn, fs: Future[Any]) -> None:
        """Send what is left of the answer before the connection goes on."""
        if not conn.answer.waiting:
            self._go_on(conn, fs)
            return
        conn.sock.settimeout(0)
        conn.answer.until = time.monotonic() + ANSWER_STALLS_S
        self.answering_conns.append(conn)
        self.poller.register(conn.sock, EVENT_WRITE, partial(self._send_on, conn, fs))

    def _send_on(self, conn: TConn, fs: Future[Any], _client: socket.socket) -> None:
        try:
            conn.answer.send_on()
        except OSError:
            self._give_up(conn)
            return
        if not conn.answer.waiting:
            self.poller.unregister(conn.sock)
            self.answering_conns.remove(conn)
            self._go_on(conn, fs)

    def _give_up(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.answering_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()

    def _go_on(self, conn: TConn, fs: Future[Any]) -> None:
        """Wait for the next request; after the last answer, let the loop wait for the end."""
        if not fs.cancelled() and fs.exception() is None and fs.result():
            super().finish_request(conn, fs)
            return
        try:
            conn.sock.shutdown(socket.SHUT_WR)
            conn.sock.settimeout(0)
            self.poller.register(conn.sock, EVENT_READ, partial(self._read_away, conn))
        except (OSError, ValueError):
            # The client has gone, or the connection is closed already.
            self.nr_conns -= 1
            conn.close()
            return
        conn.timeout = time.monotonic() + CLOSES_WITHIN_S
        self.closing_conns.append(conn)

    def _keepalive_after(self, conn: TConn, keepalive: Any) -> bool:
        goes_on: bool = super()._keepalive_after(conn, keepalive)
        return goes_on and not conn.parser.unreader.ran_out

    def _read_away(self, conn: TConn, client: socket.socket) -> None:
        if _received(client) == b"":
            self._close(conn)

    def _close(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.closing_conns.remove(conn)
        self.nr_conns -= 1
        conn.close()

    def _most_body(self) -> int:
        limit: Any = self.wsgi.config["MAX_CONTENT_LENGTH"]
        return int(limit)

    def _take(self, conn: TConn, data: bytes) -> None:
        conn.gathering.add(data)
        if not conn.gathering.is_whole():
            return
        self._forget(conn)
        conn.init()
        if not isinstance(conn.parser.unreader, Nothing):
            conn.parser.unreader = Nothing()
        conn.parser.unreader.unread(bytes(conn.gathering.data))
        conn.gathering, conn.data_ready = None, True
        conn.answer = Answer(conn.sock)
        super().enqueue_req(conn)

    def _forget(self, conn: TConn) -> None:
        self.poller.unregister(conn.sock)
        self.pending_conns.remove(conn)

    def _drop(self, conn: TConn) -> None:
        self._forget(conn)
        self.nr_conns -= 1
        conn.close()


def _received(client: socket.socket) -> bytes | None:
    """Return what has come, nothing where the connection has ended, None where one must wait."""
    try:
        return client.recv(READ_AT_ONCE)
    except BlockingIOError:
        return None
    except OSError:
        return b""
