"""The settings of the product, for a server that knows one page only: the floor of the pages."""

from meldpunt.site.settings import *  # noqa: F403

ROOT_URLCONF = "bench.floor_urls"
