"""A bare application with the kit and nothing else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from flask import Flask

from web import kit

WEB = Path(kit.__file__).parent


@pytest.fixture
def app() -> Iterator[Flask]:
    """In a request of its own."""
    made = Flask("uji", template_folder=str(WEB / "templates"), static_folder=str(WEB / "static"))
    kit.register(made)
    with made.test_request_context():
        yield made
