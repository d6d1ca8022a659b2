"""SpiffWorkflow behind one small door. Nothing above this room knows that library."""

from .blueprint import Blueprint, parse_blueprint
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
    "move_dues",
    "parse_blueprint",
]
