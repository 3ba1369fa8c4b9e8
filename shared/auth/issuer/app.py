"""The built-in issuer's routes: tokens, the sign-in page, discovery and keys."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any
from urllib.parse import unquote_plus, urlencode

from fastapi import Query
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response

from shared.auth.issuer.clients import SECRET, Identity, identity
from shared.auth.issuer.codes import Codes
from shared.auth.issuer.page import sign_in_page
from shared.auth.issuer.sign_in import UNUSABLE, SignIn
from shared.auth.issuer.signing import LIFETIME, Signer, kept_key
from shared.auth.jwks import LocalKeys
from shared.auth.policy import PUBLIC
from shared.auth.tokens import ALGORITHM, TokenVerifier
from shared.errors import FieldError, Invalid
from shared.http.bodies import FormFields
from shared.http.router import ServiceRouter
from shared.i18n import negotiate
from shared.settings import Environment, Settings


class IssuerRefused(Exception):
    """The built-in issuer, whose secret everybody knows, was asked to run outside development."""


class OAuthError(Exception):
    """An answer of the token endpoint as RFC 6749, 5.2 has it."""

    def __init__(self, error: str, *, status: int = 400) -> None:
        super().__init__(error)
        self.error = error
        self.status = status


@dataclass(frozen=True, slots=True)
class Issuer:
    """`router` for create_app, and a verifier that trusts this issuer alone."""

    router: ServiceRouter
    verifier: TokenVerifier
    signer: Signer

    def token(self, name: str) -> str:
        """An access token for a demo identity, without HTTP."""
        who = identity(name)
        if who is None:
            raise ValueError("no such demo identity")
        return self.signer.access_token(who, client_id=name)


def create_issuer(settings: Settings) -> Issuer:
    """The issuer at the settings' origin. Raises IssuerRefused unless the environment is development."""
    if settings.environment is not Environment.DEVELOPMENT:
        raise IssuerRefused("the built-in issuer runs in development only: set HUSTAR_OIDC_ISSUER and HUSTAR_OIDC_JWKS_URL")
    key = kept_key(settings.data)
    signer = Signer(key, settings.origin, settings.audience)
    verifier = TokenVerifier(issuer=settings.origin, audience=settings.audience, keys=LocalKeys({str(key.kid): key}))
    return Issuer(_routes(_Endpoints(signer, Codes(), settings.oidc_client_id)), verifier, signer)


class _Endpoints:
    def __init__(self, signer: Signer, codes: Codes, page_client: str) -> None:
        self.signer = signer
        self.codes = codes
        self.page_client = page_client

    def discovery(self) -> dict[str, Any]:
        origin = self.signer.issuer
        return {
            "issuer": origin,
            "authorization_endpoint": f"{origin}/oauth/authorize",
            "token_endpoint": f"{origin}/oauth/token",
            "jwks_uri": f"{origin}/.well-known/jwks.json",
            "response_types_supported": ["code"],
            "grant_types_supported": ["authorization_code", "client_credentials"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_basic", "client_secret_post", "none"],
            "subject_types_supported": ["public"],
            "scopes_supported": ["openid"],
            "id_token_signing_alg_values_supported": [ALGORITHM],
            "authorization_response_iss_parameter_supported": True,
        }

    def check(self, asked: SignIn) -> None:
        asked.check(client_id=self.page_client, origin=self.signer.issuer)

    def redirect(self, asked: SignIn, who: Identity) -> str:
        answer = {"code": self.codes.issue(asked.grant(who)), "iss": self.signer.issuer}
        if asked.state is not None:
            answer["state"] = asked.state
        return f"{asked.redirect_uri}{'&' if '?' in asked.redirect_uri else '?'}{urlencode(answer)}"

    def token(self, form: Mapping[str, str], authorization: str | None) -> dict[str, Any]:
        match form.get("grant_type"):
            case "client_credentials":
                return self._for_client(_authenticated(form, authorization))
            case "authorization_code":
                return self._for_code(form)
            case None:
                raise OAuthError("invalid_request")
            case _:
                raise OAuthError("unsupported_grant_type")

    def _for_client(self, who: Identity) -> dict[str, Any]:
        return self._answer(self.signer.access_token(who, client_id=who.name))

    def _for_code(self, form: Mapping[str, str]) -> dict[str, Any]:
        client, target, verifier = (form.get(name, "") for name in ("client_id", "redirect_uri", "code_verifier"))
        grant = self.codes.redeem(form.get("code", ""), client_id=client, redirect_uri=target, verifier=verifier)
        if grant is None:
            raise OAuthError("invalid_grant")
        answer = self._answer(self.signer.access_token(grant.who, client_id=grant.client_id))
        if grant.openid:
            answer["id_token"] = self.signer.id_token(grant.who, client_id=grant.client_id, nonce=grant.nonce)
        return answer

    def _answer(self, token: str) -> dict[str, Any]:
        return {"access_token": token, "token_type": "Bearer", "expires_in": int(LIFETIME.total_seconds())}


def _authenticated(form: Mapping[str, str], authorization: str | None) -> Identity:
    """The client that its id and secret show, in the Authorization header or the form, not in both."""
    given = (form.get("client_id", ""), form.get("client_secret", ""))
    if authorization is not None:
        if "client_secret" in form:
            raise OAuthError("invalid_request")
        given = _basic(authorization)
    who = identity(given[0])
    if who is None or not hmac.compare_digest(given[1].encode(), SECRET.encode()):
        raise OAuthError("invalid_client", status=401)
    return who


def _basic(authorization: str) -> tuple[str, str]:
    scheme, _, encoded = authorization.partition(" ")
    try:
        client, _, secret = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        raise OAuthError("invalid_client", status=401) from None
    if scheme.lower() != "basic":
        raise OAuthError("invalid_client", status=401)
    return unquote_plus(client), unquote_plus(secret)


def _routes(endpoints: _Endpoints) -> ServiceRouter:
    router = ServiceRouter(tags=["identity"])

    @router.get("/.well-known/openid-configuration", policy=PUBLIC)
    def openid_configuration() -> Response:
        """Where the issuer's parts are (OpenID Connect Discovery)."""
        return JSONResponse(endpoints.discovery())

    @router.get("/.well-known/jwks.json", policy=PUBLIC)
    def jwks() -> Response:
        """The public keys (RFC 7517)."""
        return JSONResponse({"keys": [endpoints.signer.key.as_dict(private=False)]})

    @router.get("/oauth/authorize", policy=PUBLIC, produces="text/html")
    def authorize(asked: Annotated[SignIn, Query()], request: Request) -> Response:
        """The sign-in page."""
        endpoints.check(asked)
        return sign_in_page(asked.fields(), negotiate(request.headers.get("accept-language")))

    @router.post("/oauth/authorize", policy=PUBLIC, idempotent=False)
    def choose_identity(form: FormFields) -> Response:
        """Back to where the sign-in was asked for, with a code for the chosen identity."""
        asked = SignIn.of(form)
        endpoints.check(asked)
        who = identity(form.get("identity", ""))
        if who is None:
            raise Invalid(FieldError("identity", *UNUSABLE))
        return RedirectResponse(endpoints.redirect(asked, who), status_code=303)

    @router.post("/oauth/token", policy=PUBLIC, idempotent=False)
    def token(form: FormFields, request: Request) -> Response:
        """An access token for client credentials, or for an authorization code with its PKCE verifier."""
        try:
            return JSONResponse(endpoints.token(form, request.headers.get("authorization")))
        except OAuthError as error:
            challenge = {"WWW-Authenticate": 'Basic realm="hustar"'} if error.status == 401 else {}
            return JSONResponse({"error": error.error}, status_code=error.status, headers=challenge)

    return router
