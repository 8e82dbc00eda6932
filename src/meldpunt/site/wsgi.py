"""What the web server calls, in the role that this process has."""

import os

from django.core.wsgi import get_wsgi_application

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "meldpunt.site.settings")
application = get_wsgi_application()
