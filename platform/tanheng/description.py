"""How routes are named in the API's description: by address and application, so that no two names collide."""

from typing import Any

from drf_spectacular.openapi import AutoSchema


class Description(AutoSchema):
    """Operation ids from method and path; shapes under their application's name."""

    def get_operation_id(self) -> str:
        """E.g. `get_periods_id`: the method and the words of the path."""
        words = self.path.removeprefix("/api/v1/").replace("{", "").replace("}", "").replace("-", "_")
        return "_".join([self.method.lower(), *(word for word in words.split("/") if word)])

    def _get_serializer_name(self, serializer: Any, direction: Any, bypass_extensions: bool = False) -> str:
        kind = serializer.child if hasattr(serializer, "child") else serializer
        name: str = super()._get_serializer_name(serializer, direction, bypass_extensions)
        app = type(kind).__module__.split(".", 1)[0]
        outer = type(kind).__qualname__.split(".")[:-1]
        prefix = "" if app in ("kit", "rest_framework", "drf_spectacular") else app.capitalize()
        return prefix + "".join(part for part in outer if part != "<locals>") + name
