"""What holds for every file of code, and for what may know what."""

from __future__ import annotations

from pathlib import Path

import grimp
import pytest

from matchmaker.config import ROOT

LONGEST_FILE = 400
ROOMS_FOR_OTHERS = {"models", "enums", "queries", "services", "permissions"}
FOUNDATION = {"engines", "db", "web", "config", "errors", "migrations"}
"""No features: they have no rooms, and import-linter's layers look after them."""
MAY_WIRE = {"app", "cli", "example"}
"""The application wires every room; example mode does what commands and forms do."""


def python_files() -> list[Path]:
    """Return the files we write by hand: all but generated migrations."""
    files = [*(ROOT / "matchmaker").rglob("*.py"), *(ROOT / "tests").rglob("*.py")]
    return sorted(f for f in files if "versions" not in f.parts)


def test_no_file_is_longer_than_a_room_should_be():
    too_long = {
        str(f.relative_to(ROOT)): length
        for f in python_files()
        if (length := len(f.read_text(encoding="utf-8").splitlines())) > LONGEST_FILE
    }
    assert too_long == {}


def test_no_module_is_a_drawer_for_everything():
    drawers = {"utils", "util", "helpers", "helper", "common", "misc"}
    parts = {p for f in python_files() for p in (*f.relative_to(ROOT).parts[:-1], f.stem)}

    assert parts & drawers == set()


def test_what_marks_the_root_of_the_package_imports_nothing():
    assert "import" not in (ROOT / "matchmaker" / "__init__.py").read_text(encoding="utf-8")


def _is_room_for_others(module: str) -> bool:
    """Say whether the module is in a room that other features may enter.

    A room that grew is split by noun: into a package (``companies.models.goods``) or into
    modules of its name (``companies.goods_queries``).
    """
    room = module.split(".")[2] if module.count(".") >= 2 else ""
    return room.rsplit("_", 1)[-1] in ROOMS_FOR_OTHERS or module == "matchmaker.mail.letters"


def _between_features(importer: str, imported: str) -> bool:
    one, other = importer.split(".")[1:2], imported.split(".")[1:2]
    known = FOUNDATION | MAY_WIRE
    return one != other and not {*one, *other} & known and bool(one and other)


def test_features_enter_only_the_open_rooms_of_others():
    graph = grimp.build_graph("matchmaker", cache_dir=None)
    wrong = sorted(
        f"{importer} imports {imported}"
        for importer in graph.modules
        for imported in graph.find_modules_directly_imported_by(importer)
        if _between_features(importer, imported) and not _is_room_for_others(imported)
    )
    assert wrong == []


@pytest.mark.parametrize(
    ("importer", "imported", "free"),
    [
        ("matchmaker.matches.services", "matchmaker.companies.models.goods", True),
        ("matchmaker.matches.queries", "matchmaker.companies.goods_queries", True),
        ("matchmaker.matches.services", "matchmaker.companies.forms", False),
        ("matchmaker.home.views", "matchmaker.companies.views.goods", False),
    ],
)
def test_the_rule_of_the_open_rooms_tells_them_apart(importer: str, imported: str, *, free: bool):
    assert _between_features(importer, imported)
    assert _is_room_for_others(imported) is free


def test_pytest_reads_its_configuration_from_setup_cfg(pytestconfig: pytest.Config):
    assert pytestconfig.inipath == ROOT / "setup.cfg"
