"""Sign-in by OpenID Connect: the authorization code flow with PKCE (OpenID Connect Core 1.0, RFC 7636)."""

import time
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode, urlsplit

import httpx
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from commonwheel.errors import Misconfigured, NotSignedIn, Unavailable
from commonwheel.ports.signing_in import Identity, Trip

_TIMEOUT = 10.0
_LEEWAY = 60
_KNOWN_FOR = 3600.0
"""Seconds for which a provider's description and keys are not asked for again."""
_ALGORITHMS = ["RS256", "ES256", "PS256", "EdDSA"]
_LOCAL = ("localhost", "127.0.0.1", "::1")


class OidcProvider:
    """See `commonwheel.ports.signing_in.IdentityProvider`. `back` is our own address that people come back to."""

    def __init__(self, issuer: str, client: str, secret: str, name: str, back: str) -> None:
        parts = urlsplit(issuer)
        if parts.scheme != "https" and parts.hostname not in _LOCAL:
            raise Misconfigured("COMMONWHEEL_OIDC_ISSUER is an https:// address.")
        if not client:
            raise Misconfigured("COMMONWHEEL_OIDC_ISSUER needs COMMONWHEEL_OIDC_CLIENT.")
        self._issuer, self._client, self._secret, self._back = issuer.rstrip("/"), client, secret, back
        self._name = name or parts.hostname or "another site"
        self._known: tuple[float, dict[str, Any], KeySet] | None = None
        self._lock = Lock()

    @property
    def name(self) -> str:
        """As configured, or its host."""
        return self._name

    def address(self, trip: Trip) -> str:
        """The provider's page, with everything that it has to send back."""
        about, _ = self._provider()
        asked = {
            "response_type": "code",
            "client_id": self._client,
            "redirect_uri": self._back,
            "scope": "openid profile",
            "state": trip.state,
            "nonce": trip.nonce,
            "code_challenge": create_s256_code_challenge(trip.verifier),
            "code_challenge_method": "S256",
        }
        place = str(about["authorization_endpoint"])
        return f"{place}{'&' if '?' in place else '?'}{urlencode(asked)}"

    def identity(self, trip: Trip, code: str) -> Identity:
        """Signature, issuer, audience, time and nonce are checked; then what the provider says counts."""
        about, keys = self._provider()
        try:
            claims = jwt.decode(self._token(about, trip, code), keys, algorithms=_ALGORITHMS).claims
            wanted = {
                "iss": {"essential": True, "value": about["issuer"]},
                "aud": {"essential": True, "value": self._client},
                "sub": {"essential": True},
                "nonce": {"essential": True, "value": trip.nonce},
            }
            read = CodeIDToken(claims, {}, wanted, {"nonce": trip.nonce, "client_id": self._client})
            read.validate(leeway=_LEEWAY)
        except httpx.HTTPError as problem:
            raise Unavailable(f"{self._name} does not answer ({type(problem).__name__}).") from None
        except (JoseError, ValueError, TypeError, KeyError):
            raise NotSignedIn(f"{self._name} did not say who you are: try again.") from None
        name = next(
            (claims[key] for key in ("preferred_username", "name") if isinstance(claims.get(key), str)), ""
        )
        return Identity(issuer=about["issuer"], subject=str(claims["sub"]), name=name)

    def _token(self, about: dict[str, Any], trip: Trip, code: str) -> str:
        """The ID token that a code is worth; KeyError where the provider says that it is worth none."""
        sent = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._back,
            "client_id": self._client,
            "code_verifier": trip.verifier,
        }
        basic = (
            httpx.BasicAuth(quote(self._client, safe=""), quote(self._secret, safe="")) if self._secret else None
        )
        answer = httpx.post(about["token_endpoint"], data=sent, auth=basic, timeout=_TIMEOUT)
        if answer.status_code >= 500:
            answer.raise_for_status()
        token: str = answer.json()["id_token"]
        return token

    def _provider(self) -> tuple[dict[str, Any], KeySet]:
        """The provider's description of itself (OpenID Connect Discovery 1.0) and its keys."""
        with self._lock:
            if self._known is not None and time.monotonic() - self._known[0] < _KNOWN_FOR:
                return self._known[1], self._known[2]
        try:
            with httpx.Client(timeout=_TIMEOUT, follow_redirects=False) as client:
                about = client.get(f"{self._issuer}/.well-known/openid-configuration").raise_for_status().json()
                keys = KeySet.import_key_set(client.get(about["jwks_uri"]).raise_for_status().json())
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError):
            raise Unavailable(f"{self._name} does not say how to sign in there.") from None
        if str(about.get("issuer", "")).rstrip("/") != self._issuer:
            raise Unavailable(f"{self._name} says that it is another one.")
        with self._lock:
            self._known = (time.monotonic(), about, keys)
        return about, keys
