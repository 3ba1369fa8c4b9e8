"""What can be done in reporting: facts are stored and forgotten, browsers are signed in and out."""

from services.reporting.commands.projection import forget, store_facts
from services.reporting.commands.sign_in import close_page_session, open_page_session, touch_page_session

__all__ = ["close_page_session", "forget", "open_page_session", "store_facts", "touch_page_session"]
