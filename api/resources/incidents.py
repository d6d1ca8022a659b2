"""Automatic work that failed and waits for a person."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from api.access import needs, office, person
from api.conditions import etag, key, keyed
from api.reading import Blueprint
from api.schemas.common import Done
from api.schemas.office import IncidentEntry, IncidentIn, IncidentList
from engine.automatic import retry_incident
from engine.insight.incidents import incident, incident_page

incidents = Blueprint("incidents", __name__, url_prefix="/api/v1/incidents", description="Failed automatic work.")


@incidents.route("")
@needs("incident.view")
@incidents.arguments(IncidentIn(), location="query")
@incidents.response(200, IncidentList())
def list_incidents(query: Mapping[str, Any]) -> Any:
    """Open incidents, oldest first."""
    after = int(query["after"] or 0)
    page = incident_page(office(), person(), query["operator"] or None, after or None, query["limit"])
    return {"items": page.entries, "next": str(page.after) if page.after else None, "total": page.total}


@incidents.route("/<id:incident_id>")
@needs("incident.view")
@incidents.response(200, IncidentEntry())
def one_incident(incident_id: int) -> Any:
    """One incident, open or settled."""
    return incident(office(), person(), incident_id)


@incidents.route("/<id:incident_id>/retry", methods=["POST"])
@needs("incident.retry")
@keyed
@incidents.response(200, Done())
def retry(incident_id: int) -> Any:
    """Try it again: a short service at once, deferred work in the next moments."""
    done = retry_incident(office(), incident_id, by=person(), key=key())
    return done, etag(done.version)
