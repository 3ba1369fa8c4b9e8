"""Serves one service's API over PostgreSQL in one worker, as production does, without rate limits.

`python -m tests.benchmarks.api_server SERVICE`; everything else, and the port, comes from the settings.
"""

import sys

import uvicorn

from services.composition.definitions import definitions
from services.composition.runtime import open_service
from shared.auth.issuer import create_issuer
from shared.crypto import keyring
from shared.http import create_app
from shared.settings import load_settings
from shared.telemetry.logs import configure_logging


def main(name: str) -> None:
    """Serve until told to stop."""
    settings = load_settings()
    configure_logging(level=settings.log_level)
    service = open_service(settings, definitions([name])[0], keyring(settings))
    app = create_app(
        service=name,
        title=service.definition.title,
        routers=service.definition.routers,
        db=service.database,
        settings=settings,
        verifier=create_issuer(settings).verifier,
        quota=None,
    )
    uvicorn.run(app, port=settings.port, log_config=None, access_log=False, server_header=False)


if __name__ == "__main__":
    main(sys.argv[1])
