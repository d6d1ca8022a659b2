"""Letters: a sandboxed template filled with facts, and HTML drawn as PDF by one of two renderers."""

from engine.letters.renderer import LetterError, Renderer, RendererUnavailable, make_renderer
from engine.letters.templates import fill, template_problems

__all__ = ["LetterError", "Renderer", "RendererUnavailable", "fill", "make_renderer", "template_problems"]
