"""SpiffWorkflow behind one small door. Nothing above this room knows that library."""

from .blueprint import Blueprint, parse_blueprint
from .run import Run, RunawayCase, Started, Timer, Waiting
from .specs import Environment

__all__ = ["Blueprint", "Environment", "Run", "RunawayCase", "Started", "Timer", "Waiting", "parse_blueprint"]
