"""Whoever sends slowly, or half a request, holds nobody up; and requests come through whole."""

from __future__ import annotations

import os
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import replace
from http.client import HTTPConnection

import pytest

from matchmaker.config import ROOT
from matchmaker.listening import (
    HEAD_WITHIN_S,
    LONGEST_SIZE,
    MOST_HEAD,
    SLOWEST_BYTES_S,
    Gathering,
)
from matchmaker.serve import THREADS, web_command
from tests.conftest import SECRET, make_settings

SLOW = THREADS * 2
HEAD = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n"
WHOLE_HEAD = HEAD + b"Content-Type: application/x-www-form-urlencoded\r\n\r\n"
CHUNKED = b"POST /sign-in HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
LONG_HEAD = HEAD + b"".join(b"X-%d: %s\r\n" % (n, b"a" * 8000) for n in range(9))
TOO_LARGE = WHOLE_HEAD.replace(b"1000", b"99999999")


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """Where the web server of an installation listens; its database is empty."""
    instance = tmp_path_factory.mktemp("slow")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        number: int = probe.getsockname()[1]
    settings = replace(make_settings(instance, "sqlite://"), port=number)
    environ = os.environ | {
        "MATCHMAKER_MODE": "test",
        "MATCHMAKER_SECRET_KEY": SECRET,
        "MATCHMAKER_INSTANCE_PATH": str(instance),
    }
    server = subprocess.Popen(
        web_command(settings), cwd=ROOT, env=environ, stderr=subprocess.DEVNULL
    )
    until = time.monotonic() + 60
    while True:
        try:
            with closing(HTTPConnection("127.0.0.1", number, timeout=5)) as first:
                first.request("GET", "/healthz")
                first.getresponse()
            break
        except OSError:
            assert time.monotonic() < until, "the server did not start"
            time.sleep(0.2)
    yield number
    server.terminate()
    server.wait(20)


def connect(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=10)


def answer(port: int) -> int:
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.request("GET", "/healthz")
        return connection.getresponse().status


@pytest.mark.parametrize(
    "sent",
    [
        b"",
        b"G",
        HEAD,
        WHOLE_HEAD,
        WHOLE_HEAD + b"a" * 999,
        LONG_HEAD,
        CHUNKED + b"1000\r\naaaa0\r\n\r\n",
        TOO_LARGE,
        b"GET /healthz HTTP/1.0\r\n\r\n",
    ],
    ids=[
        "nothing",
        "one byte",
        "half a head",
        "no body",
        "a body but for one byte",
        "a long head that does not end",
        "what looks like the last chunk within another",
        "too large a body that does not come",
        "a connection that is not closed after the last answer",
    ],
)
def test_clients_that_stop_half_way_hold_nobody_up(port, sent):
    with ExitStack() as open_ones:
        for _ in range(SLOW):
            slow = open_ones.enter_context(connect(port))
            slow.sendall(sent)

        begun = time.monotonic()
        assert [answer(port) for _ in range(3)] == [200] * 3
        assert time.monotonic() - begun < 3


def test_clients_that_do_not_read_the_answer_hold_nobody_up(port):
    large = b"GET /static/fonts/noto-nastaliq-urdu.woff2 HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as open_ones:
        for _ in range(SLOW):
            slow = open_ones.enter_context(socket.socket())
            slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
            slow.connect(("127.0.0.1", port))
            slow.sendall(large * 20)

        assert [answer(port) for _ in range(3)] == [200] * 3


def test_an_answer_that_is_read_slowly_comes_through_whole(port):
    font = ROOT / "static" / "fonts" / "noto-nastaliq-urdu.woff2"
    asked = b"GET /static/fonts/noto-nastaliq-urdu.woff2 HTTP/1.1\r\nHost: localhost\r\n"
    got = b""
    with socket.socket() as slow:
        slow.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1024)
        slow.connect(("127.0.0.1", port))
        slow.sendall((asked + b"\r\n") * 19 + asked + b"Connection: close\r\n\r\n")
        time.sleep(0.5)
        while more := slow.recv(65536):
            got += more

    assert got.count(font.read_bytes()) == 20


def test_a_kept_connection_whose_next_request_stops_half_way_holds_nobody_up(port):
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as open_ones:
        for _ in range(SLOW):
            slow = open_ones.enter_context(connect(port))
            slow.sendall(whole + b"G")
            assert slow.recv(4096).startswith(b"HTTP/1.1 200")

        assert answer(port) == 200


def test_a_head_that_comes_byte_by_byte_is_given_up(port):
    begun = time.monotonic()
    with connect(port) as slow:
        slow.settimeout(0.5)
        while time.monotonic() < begun + 3 * HEAD_WITHIN_S:
            try:
                slow.sendall(b"X")
                if slow.recv(1) == b"":
                    break
            except TimeoutError:
                continue
            except ConnectionError:
                break

    assert HEAD_WITHIN_S - 1 < time.monotonic() - begun < HEAD_WITHIN_S + 5


def test_a_request_in_pieces_and_two_in_one_piece_are_answered(port):
    whole = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connect(port) as one:
        for byte in whole:
            one.sendall(bytes([byte]))
        assert one.recv(4096).startswith(b"HTTP/1.1 200")
        one.sendall(whole + whole)
        got = b""
        while got.count(b"HTTP/1.1 200") < 2:
            got += one.recv(4096)


def test_a_chunked_request_is_answered(port):
    with connect(port) as one:
        one.sendall(CHUNKED + b"3\r\na=b\r\n")
        time.sleep(0.2)
        one.sendall(b"0\r\n\r\n")
        assert one.recv(4096).startswith(b"HTTP/1.1 400")  # it carries no token


def test_a_body_larger_than_what_is_taken_is_refused_before_it_comes(port):
    with connect(port) as one:
        one.sendall(TOO_LARGE)
        assert one.recv(4096).startswith(b"HTTP/1.1 413")


@pytest.mark.parametrize("length", [b"99999999", b"9" * 30])
def test_a_body_that_was_refused_is_taken_for_no_other_request(port, length):
    with connect(port) as one:
        one.sendall(WHOLE_HEAD.replace(b"1000", length))
        got = one.recv(4096)
        one.sendall(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n" * 2)
        while more := one.recv(4096):
            got += more

    assert got.count(b"HTTP/1.1 ") == 1


@pytest.mark.parametrize(
    ("pieces", "whole"),
    [
        ([b"GET / HTTP/1.1\r\n", b"Host: x\r\n", b"\r\n"], [False, False, True]),
        ([b"GET / HTTP/1.1\r\nHost: x\r\n\r", b"\n"], [False, True]),
        ([b"POST / HTTP/1.1\r\nCONTENT-LENGTH:  4 \r\n\r\nab", b"cd"], [False, True]),
        ([b"POST / HTTP/1.1\r\nContent-Length: 500000\r\n\r\n"], [True]),
        ([CHUNKED, b"0\r\n\r\n"], [False, True]),
        ([CHUNKED, b"5\r\n0\r\n\r\n", b"\r\n0", b"\r\n\r", b"\n"], [False] * 4 + [True]),
        ([CHUNKED, b"1;x=y\r\na\r\n0\r\nSum: 1\r\n", b"\r\nGET /"], [False, False, True]),
        ([CHUNKED, b"zz\r\n"], [False, True]),
        ([CHUNKED, b"fffff\r\n"], [False, True]),
        ([CHUNKED, b"1" * LONGEST_SIZE, b"1"], [False, False, True]),
        ([CHUNKED, b"0\r\n" + b"X" * (MOST_HEAD - 9), b"X" * 99], [False, False, True]),
        ([b"X" * MOST_HEAD, b"X"], [False, True]),
    ],
    ids=[
        "head",
        "split end",
        "body",
        "too large a body",
        "chunks",
        "chunk like the last",
        "trailers",
        "no chunk",
        "too large a chunk",
        "endless length",
        "endless trailers",
        "endless head",
    ],
)
def test_when_a_request_is_whole(pieces, whole):
    gathering, found = Gathering(most_body=2 * MOST_HEAD, now=0), []

    for piece in pieces:
        gathering.add(piece)
        found.append(gathering.is_whole())

    assert found == whole


def test_a_body_gets_the_time_a_slow_line_needs():
    gathering = Gathering(most_body=10**7, now=100.0)

    gathering.add(b"x" * SLOWEST_BYTES_S * 60)

    assert gathering.until == 100.0 + HEAD_WITHIN_S + 60
