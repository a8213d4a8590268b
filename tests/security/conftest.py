"""The world of the security tests, and those who move in it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask

from matchmaker.accounts.models import User
from tests.conftest import Client
from tests.security.world import World, address, build_world, routes


@pytest.fixture
def world(app: Flask) -> World:
    """One object of each kind, of somebody."""
    return build_world()


@pytest.fixture
def people(world: World, sign_in: Callable[[User], Client]) -> dict[str, Client]:
    """Browsers of those who own something, of an officer and of one who owns nothing."""
    return {
        "exporter": sign_in(world.exporter),
        "buyer": sign_in(world.buyer),
        "officer": sign_in(world.officer),
        "stranger": sign_in(world.stranger),
    }


@pytest.fixture
def pages(app: Flask, world: World) -> list[str]:
    """The address of every route that answers GET."""
    return [address(rule, world.ids) for rule in routes(app) if "GET" in (rule.methods or ())]
