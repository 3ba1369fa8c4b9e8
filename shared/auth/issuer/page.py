"""The page on which a developer chooses whom to sign in as. Plain HTML, no script, no password."""

import base64
from collections.abc import Mapping
from hashlib import sha256
from html import escape
from typing import Final

from starlette.responses import Response

from shared.auth.issuer.clients import ROLE_NAMES, people
from shared.errors import N_
from shared.i18n import Language, translate

_STYLE: Final = """
body{font:16px/1.5 system-ui,sans-serif;max-width:34rem;margin:3rem auto;padding:0 1rem;color:#1d1d1d;background:#fff}
button,input{font:inherit;padding:.6rem .9rem;border:1px solid #6d7882;border-radius:6px;background:#fff;color:inherit}
button{display:block;width:100%;text-align:left;margin:.4rem 0;cursor:pointer}
button:hover{background:#eef4ff}:focus-visible{outline:3px solid #256ef4;outline-offset:2px}
label{display:block;margin-top:1.5rem}input{width:100%;box-sizing:border-box}code{color:#555}
"""
_STYLE_HASH: Final = base64.b64encode(sha256(_STYLE.encode()).digest()).decode()
_TITLE: Final = N_("Sign in to the HuStar demo")
_EXPLANATION: Final = N_("This sign-in is for development. Choose whom to be; there is no password.")
_OTHER: Final = N_("Or a university or employer by its client name")
_CONTINUE: Final = N_("Continue")


def sign_in_page(fields: Mapping[str, str], language: Language) -> Response:
    """Asks for an identity and sends it back with `fields` to the same address."""
    hidden = "".join(f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items())
    buttons = "".join(
        f'<button name="identity" value="{escape(each.name)}">{escape(translate(ROLE_NAMES[each.role], language))} '
        f"<code>{escape(each.name)}</code></button>"
        for each in people()
    )
    title, explanation, other, onward = (translate(text, language) for text in (_TITLE, _EXPLANATION, _OTHER, _CONTINUE))
    html = (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        f'<meta name="viewport" content="width=device-width"><title>{escape(title)}</title><style>{_STYLE}</style></head>'
        f"<body><main><h1>{escape(title)}</h1><p>{escape(explanation)}</p>"
        f'<form method="post" action="/oauth/authorize">{hidden}{buttons}</form>'
        f'<form method="post" action="/oauth/authorize">{hidden}<label>{escape(other)}'
        f'<input name="identity" placeholder="university-knu" required maxlength="60" autocomplete="off"></label>'
        f"<button>{escape(onward)}</button></form></main></body></html>"
    )
    policy = f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
    headers = {"Content-Security-Policy": policy, "Content-Language": language, "Vary": "Accept-Language"}
    return Response(html, media_type="text/html", headers=headers)
