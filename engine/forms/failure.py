"""What is wrong with a form's source, said to the person who draws it."""

from __future__ import annotations


class FormError(Exception):
    """A form that cannot be used. message: plain words; component: the form-js id it is about, None for the whole form.

    `str(error)` names the form, the component and the reason, in that order, as far as they are known.
    """

    def __init__(self, message: str, component: str | None = None, form: str | None = None) -> None:
        self.message = message
        self.component = component
        self.form = form
        super().__init__(message)

    def __str__(self) -> str:
        where = [self.form] if self.form else []
        if self.component:
            where.append(f"komponen {self.component}")
        return ": ".join([*where, self.message])
