"""What is wrong with a bundle, in plain words; one list for the command, the editor and the activation.

`check(bundle)` judges a bundle, `check_source(source, ...)` whatever somebody points at. Neither raises because of what
it reads: a file that cannot be read is a finding too.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from engine.bundle import SOP, Bundle, BundleError, read_bundle
from engine.check import constructs, drawing, engine_says, language, lists, permit, references, states, structure, words
from engine.check.context import Context, Rule
from engine.check.finding import Finding, Severity

__all__ = ["RULES", "Finding", "Severity", "check", "check_source"]

RULES: tuple[Rule, ...] = (
    engine_says.unreadable,
    *constructs.RULES,
    *structure.RULES,
    *states.RULES,
    *lists.RULES,
    *language.RULES,
    *references.RULES,
    *permit.RULES,
    *words.RULES,
    *drawing.RULES,
)
"""Every rule, in the order their findings are shown; SpiffWorkflow's own parser comes last."""


def _kept(rule: Rule, context: Context) -> Iterator[Finding]:
    """A rule's findings. One that fails itself is an error too: what could not be judged is not let through."""
    try:
        yield from rule(context)
    except Exception as error:
        message = f"Aturan {rule.__name__} gagal memeriksa ({type(error).__name__}). Laporkan berkas ini."
        yield Finding(SOP, None, "check-failed", "error", message)


_UNSEEN = frozenset(
    {
        *(
            "form-missing",
            "form-broken",
            "no-form",
            "return-answer",
            "unknown-operator",
            "letter-missing",
            "letter-broken",
        ),
        *("no-lane", "unknown-lane", "lane-table", "error-uncaught", "permit", "table-broken", "reserved-name"),
        *("table-gap", "table-overlap", "tariff-period"),
    }
)
"""Errors that SpiffWorkflow's parser knows nothing of: a file that has only these is still put to it."""


def check(bundle: Bundle, operators: frozenset[str] | None = None) -> list[Finding]:
    """What is wrong with `bundle`, errors first; nothing wrong: an empty list.

    `operators`: names that a service task may call, as `engine.services.known_operators()` gives them; None leaves
    them unjudged.
    """
    context = Context(bundle, operators)
    findings: dict[Finding, None] = {}
    for rule in RULES:
        findings.update(dict.fromkeys(_kept(rule, context)))
    judged = frozenset(f.file for f in findings if f.severity == "error" and f.rule not in _UNSEEN)
    findings.update(dict.fromkeys(engine_says.parser_accepts(context, judged)))
    return sorted(findings, key=lambda finding: finding.severity != "error")


def check_source(
    source: str | Path, processes_dir: Path, forms_dir: Path, operators: frozenset[str] | None = None
) -> list[Finding]:
    """The findings about a code, a folder or a file, whatever it holds; `file` is then the path it was read from."""
    try:
        bundle = read_bundle(source, processes_dir, forms_dir)
    except BundleError as error:
        message = f"Berkas tidak dapat dibaca: {error.message}. Perbaiki berkasnya, lalu periksa lagi."
        return [Finding(error.file or str(source), None, error.code, "error", message)]
    return [
        Finding(bundle.origins.get(f.file, f.file), f.element, f.rule, f.severity, f.message)
        for f in check(bundle, operators)
    ]
