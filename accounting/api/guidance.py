"""Routes of the guidance centre: courses with their worked examples, and the glossary. Open to everybody."""

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from lexicon.refusals import Refusal, refuse
from rest_framework.request import Request
from rest_framework.response import Response

from accounting.api.guidelines import Public
from accounting.domain.course import course_json
from accounting.domain.glossary import glossary_json


class GuidelineCourse(Public):
    """A guideline's course."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request, guideline_id: str) -> Response:
        """Steps and questions in both languages, and the worked example as the engine gives it now."""
        found = course_json(guideline_id)
        if found is None:
            refuse(Refusal.GUIDELINE_UNKNOWN, guideline=guideline_id[:40])
        return Response(found)


class Glossary(Public):
    """The words of accounting."""

    @extend_schema(responses=OpenApiTypes.OBJECT)
    def get(self, request: Request) -> Response:
        """Groups of terms with both languages and their sources."""
        return Response({"results": glossary_json(), "next": None})
