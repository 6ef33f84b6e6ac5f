"""`manage.py openapi [--check]`: the API's description in docs/openapi.yml, from the code."""

import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from drf_spectacular.drainage import GENERATOR_STATS
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.renderers import OpenApiYamlRenderer
from drf_spectacular.validation import validate_schema


class Command(BaseCommand):
    """Writes the file, or says whether it is stale."""

    help = "Write docs/openapi.yml; with --check only compare."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="fail when the file is stale")

    def handle(self, *_args: Any, check: bool, **_options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "openapi.yml"
        text = described()
        if GENERATOR_STATS:
            GENERATOR_STATS.emit_summary()
            sys.exit("The API's description has warnings: describe the routes named above.")
        if not check:
            path.write_text(text, encoding="utf-8")
        elif not path.exists() or path.read_text(encoding="utf-8") != text:
            sys.exit("docs/openapi.yml is stale: run `make gen`.")


def described() -> str:
    """The OpenAPI document as YAML, validated."""
    GENERATOR_STATS.reset()
    generator: Any = SchemaGenerator()  # type: ignore[no-untyped-call]
    schema = generator.get_schema(request=None, public=True)
    validate_schema(schema)  # type: ignore[no-untyped-call]
    renderer: Any = OpenApiYamlRenderer()
    text: bytes = renderer.render(schema, renderer_context={})
    return text.decode("utf-8")
