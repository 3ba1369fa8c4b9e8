"""What the HTTP kernel itself says no with, before or after a service's own rules."""

from typing import Final

from shared.errors import N_, Conflict, Invalid, Refused

MAX_DEPTH: Final = 32


class Malformed(Refused):
    code = "malformed"
    title = N_("The request cannot be read")
    detail = N_("The request cannot be read.")


class MalformedJson(Malformed):
    code = "malformed_json"
    title = N_("Not valid JSON")
    detail = N_("The body is not JSON that can be accepted: UTF-8, every name once, no NaN, at most {depth} levels.")

    def __init__(self) -> None:
        super().__init__(depth=MAX_DEPTH)


class NoSuchRoute(Refused):
    status = 404
    code = "no_such_route"
    title = N_("Not found")
    detail = N_("There is nothing at this address.")


class MethodNotAllowed(Refused):
    status = 405
    code = "method_not_allowed"
    title = N_("Method not allowed")
    detail = N_("This address does not know this method.")


class UnsupportedMediaType(Refused):
    status = 415
    code = "unsupported_media_type"
    title = N_("Content type not accepted")
    detail = N_("Send one of: {accepted}, without content encoding.")


class RateLimited(Refused):
    status = 429
    code = "rate_limited"
    title = N_("Too many requests")
    detail = N_("Too many requests. Try again in {seconds} seconds.")


class CrossSite(Refused):
    status = 403
    code = "cross_site"
    title = N_("Sent from another site")
    detail = N_("A signed-in browser may only send this from our own pages.")


class NotUnique(Conflict):
    code = "not_unique"
    detail = N_("Something with the same identity was stored already, perhaps a moment ago.")


class BadCursor(Refused):
    code = "bad_cursor"
    title = N_("The cursor cannot be used")
    detail = N_("The cursor was changed or belongs to another list. Start again without it.")


class BadIfMatch(Refused):
    code = "bad_if_match"
    title = N_("If-Match cannot be read")
    detail = N_("If-Match holds one ETag in quotation marks, or *.")


class IdempotencyKeyRequired(Refused):
    code = "idempotency_key_required"
    title = N_("Idempotency-Key is required")
    detail = N_("Send an Idempotency-Key that is new for each thing you want done, and the same when you repeat it.")


class IdempotencyKeyMalformed(Refused):
    code = "idempotency_key_malformed"
    title = N_("Idempotency-Key cannot be read")
    detail = N_("An Idempotency-Key has 1 to 255 visible ASCII characters.")


class IdempotencyKeyReused(Refused):
    status = 422
    code = "idempotency_key_reused"
    title = N_("Idempotency-Key used for something else")
    detail = N_("This Idempotency-Key was used with another request. Use a new one.")


class IdempotencyKeyInUse(Refused):
    status = 409
    code = "idempotency_key_in_use"
    title = N_("Still being done")
    detail = N_("A request with this Idempotency-Key is still running. Repeat it in a moment.")

    def __init__(self) -> None:
        super().__init__(headers={"Retry-After": "1"})


class ResidentNumber(Invalid):
    """Never stored, never echoed, wherever it stands."""

    code = "resident_number"
    title = N_("Holds a resident registration number")
    detail = N_("Resident and foreigner registration numbers are never accepted here, not even masked. Remove it.")


class Internal(Refused):
    status = 500
    code = "internal"
    title = N_("Something went wrong here")
    detail = N_("The fault is ours and has been recorded under the trace id.")
