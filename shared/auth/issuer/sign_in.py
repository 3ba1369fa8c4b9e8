"""What a page asks for when it sends a browser to sign in (RFC 6749, 4.1.1 with PKCE), and what makes it acceptable."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from pydantic import BaseModel, Field, ValidationError

from shared.auth.issuer.clients import Identity
from shared.auth.issuer.codes import CHALLENGE, Grant
from shared.errors import N_, FieldError, Invalid
from shared.http.validation import body_errors

UNUSABLE: Final = ("unusable", N_("This value cannot be accepted."))


class SignIn(BaseModel):
    """An authorization request. `prompt` is accepted and means nothing here: the page always asks."""

    response_type: str = Field(default="", max_length=100)
    client_id: str = Field(default="", max_length=100)
    redirect_uri: str = Field(default="", max_length=1000)
    code_challenge: str = Field(default="", max_length=100)
    code_challenge_method: str = Field(default="", max_length=10)
    state: str | None = Field(default=None, max_length=1000)
    scope: str | None = Field(default=None, max_length=200)
    nonce: str | None = Field(default=None, max_length=200)
    prompt: str | None = Field(default=None, max_length=50)

    @classmethod
    def of(cls, form: Mapping[str, str]) -> "SignIn":
        """From the sign-in page's own form. Raises Invalid."""
        try:
            return cls.model_validate({name: value for name, value in form.items() if name in cls.model_fields})
        except ValidationError as error:
            raise Invalid(*body_errors(error.errors(include_url=False, include_input=False))) from None

    def fields(self) -> dict[str, str]:
        """What the page sends back unchanged."""
        return {name: str(value) for name, value in self.model_dump(exclude_none=True).items()}

    def check(self, *, client_id: str, origin: str) -> None:
        """Raise Invalid unless our own pages ask for it; the browser is then sent nowhere."""
        checks = {
            "response_type": self.response_type == "code",
            "client_id": self.client_id == client_id,
            "redirect_uri": _is_below(origin, self.redirect_uri),
            "code_challenge": CHALLENGE.fullmatch(self.code_challenge) is not None,
            "code_challenge_method": self.code_challenge_method == "S256",
        }
        wrong = [FieldError(name, *UNUSABLE) for name, right in checks.items() if not right]
        if wrong:
            raise Invalid(*wrong)

    def grant(self, who: Identity) -> Grant:
        return Grant(
            who=who,
            client_id=self.client_id,
            redirect_uri=self.redirect_uri,
            challenge=self.code_challenge,
            nonce=self.nonce,
            openid="openid" in (self.scope or "").split(),
        )


def _is_below(origin: str, address: str) -> bool:
    try:
        target = urlsplit(address)
    except ValueError:
        return False
    return f"{target.scheme}://{target.netloc}" == origin and not target.fragment
