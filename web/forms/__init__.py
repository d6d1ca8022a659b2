"""Forms on pages: the compiled form of the engine, rendered on the server through the macros of govuk_frontend_jinja.

The application registers `web.kit` first (macros, languages). A page writes the <form> tag itself, with `novalidate`,
`method="post"`, `enctype="multipart/form-data"` where the form has uploads, and the CSRF field.
"""

from web.forms.answered import Row, answered
from web.forms.post import parse_request_form, upload_slots
from web.forms.render import render_decision, render_form

__all__ = ["Row", "answered", "parse_request_form", "render_decision", "render_form", "upload_slots"]
