"""The built-in issuer of access tokens, for development only: demo clients, no passwords, no accounts."""

from shared.auth.issuer.app import Issuer, IssuerRefused, create_issuer

__all__ = ["Issuer", "IssuerRefused", "create_issuer"]
