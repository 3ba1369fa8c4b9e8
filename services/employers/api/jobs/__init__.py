"""What is public of positions: a page for each job, a feed of all of them, and a map for search engines."""

from services.employers.api.jobs.feed import router as feed
from services.employers.api.jobs.listing import router as listing
from services.employers.api.jobs.pages import mounts, problem_page
from services.employers.api.jobs.pages import router as pages

ROUTERS = (feed, listing, pages)

__all__ = ["ROUTERS", "mounts", "problem_page"]
