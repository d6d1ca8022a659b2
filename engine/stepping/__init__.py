"""SpiffWorkflow behind one small door. Nothing above this room knows that library."""

from .blueprint import Blueprint, parse_blueprint
from .ids import ids_from
from .run import Run, RunawayCase, Started, Timer, Waiting
from .specs import Environment
from .state import move_dues

__all__ = [
    "Blueprint",
    "Environment",
    "Run",
    "RunawayCase",
    "Started",
    "Timer",
    "Waiting",
    "ids_from",
    "move_dues",
    "parse_blueprint",
]
