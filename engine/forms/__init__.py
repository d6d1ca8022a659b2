"""Forms: one source (form-js JSON), compiled once per process version, asked by page, API, replay and tests alike."""

from engine.forms.compiler import compile_form
from engine.forms.failure import FormError
from engine.forms.form import Form, form_names, is_site
from engine.forms.parts import Field, Group, Option, Requirement, Text

__all__ = [
    "Field",
    "Form",
    "FormError",
    "Group",
    "Option",
    "Requirement",
    "Text",
    "compile_form",
    "form_names",
    "is_site",
]
