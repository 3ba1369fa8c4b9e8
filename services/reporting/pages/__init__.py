"""Pages for people: rendered here, complete without scripts, kept up to date with one small one."""

from services.reporting.pages import executive, sign_in
from services.reporting.pages.assets import mounts
from services.reporting.pages.visitors import visitors

routers = [executive.router, sign_in.router]

__all__ = ["mounts", "routers", "visitors"]
