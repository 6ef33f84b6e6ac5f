"""`manage.py prepare_database`: shared schema, template and every tenant to the newest migration."""

from typing import Any

from django.core.management.base import BaseCommand

from tenants.services.schemas import prepare_database


class Command(BaseCommand):
    """Run before the other processes start, and after each upgrade."""

    help = "Migrate the shared schema, the template schema and every tenant that is behind."

    def handle(self, *_args: Any, **_options: Any) -> None:
        behind = prepare_database()
        self.stdout.write(f"Schemas are up to date; brought forward: {', '.join(behind) or 'none'}.")
