"""The WSGI application: REST runs here, in a few threads with persistent database connections."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tanheng.settings")
application = get_wsgi_application()
