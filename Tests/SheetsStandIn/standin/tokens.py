"""A service account made for the test, and the endpoint that gives it access tokens for a signed assertion (RFC 7523)."""

import base64
import binascii
import json
import secrets
import threading
import time
import urllib.parse

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
SCOPES = {"https://www.googleapis.com/auth/spreadsheets", "https://www.googleapis.com/auth/spreadsheets.readonly",
          "https://www.googleapis.com/auth/drive", "https://www.googleapis.com/auth/drive.file",
          "https://www.googleapis.com/auth/drive.readonly"}
WRITING_SCOPES = {s for s in SCOPES if not s.endswith(".readonly")}
# What google-auth names as the audience, whatever token_uri a key has.
GOOGLE_AUDIENCE = "https://oauth2.googleapis.com/token"
# Google's own bounds for an assertion.
MAXIMUM_LIFETIME_SECONDS = 3600
CLOCK_SKEW_SECONDS = 300


class Refused(Exception):
    """An error of the token endpoint, RFC 6749 section 5.2."""

    def __init__(self, error: str, description: str):
        super().__init__(description)
        self.body = {"error": error, "error_description": description}


class ServiceAccount:
    def __init__(self, name: str):
        self.email = f"{name}@lodestar-test.iam.gserviceaccount.com"
        self.key_id = secrets.token_hex(20)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def key_file(self, address: str) -> dict:
        """What the cloud console lets one download."""
        private = self.key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        return {
            "type": "service_account", "project_id": "lodestar-test", "private_key_id": self.key_id,
            "private_key": private.decode(), "client_email": self.email, "client_id": "100000000000000000001",
            "auth_uri": f"{address}/o/oauth2/auth", "token_uri": f"{address}/token",
            "auth_provider_x509_cert_url": f"{address}/oauth2/v1/certs",
            "client_x509_cert_url": f"{address}/robot/v1/metadata/x509/{self.email}", "universe_domain": "googleapis.com"}


class Tokens:
    def __init__(self):
        self.lock = threading.Lock()
        self.accounts: dict[str, ServiceAccount] = {}
        self.given: dict[str, tuple[str, float, set[str]]] = {}
        self.lifetime_seconds = 3600
        self.address = ""

    def add_account(self, name: str) -> ServiceAccount:
        account = ServiceAccount(name)
        with self.lock:
            self.accounts[account.email] = account
        return account

    def exchange(self, body: bytes) -> dict:
        form = dict(urllib.parse.parse_qsl(body.decode("ascii", "replace")))
        if form.get("grant_type") != GRANT:
            raise Refused("unsupported_grant_type", f"Invalid grant_type: {form.get('grant_type')}")
        claims = self.verified(form.get("assertion", ""))
        scopes = set(claims.get("scope", "").split())
        if not scopes or not scopes <= SCOPES:
            raise Refused("invalid_scope", "Invalid OAuth scope or ID token audience provided.")
        token = "ya29." + secrets.token_urlsafe(48)
        with self.lock:
            self.given[token] = (claims["iss"], time.monotonic() + self.lifetime_seconds, scopes)
        return {"access_token": token, "expires_in": self.lifetime_seconds, "token_type": "Bearer"}

    def verified(self, assertion: str) -> dict:
        try:
            head, body, signature = assertion.split(".")
            header, claims = json.loads(decoded(head)), json.loads(decoded(body))
            account = self.accounts.get(claims.get("iss", ""))
            signed = decoded(signature)
        except (ValueError, AttributeError, binascii.Error):
            raise Refused("invalid_grant", "Invalid JWT: the assertion is not three parts of base64url.") from None
        if header.get("alg") != "RS256" or header.get("typ") != "JWT":
            raise Refused("invalid_grant", "Invalid JWT: alg has to be RS256 and typ JWT.")
        if account is None:
            raise Refused("invalid_grant", "Invalid grant: account not found")
        if header.get("kid") not in (None, account.key_id):
            raise Refused("invalid_grant", "Invalid JWT Signature.")
        try:
            account.key.public_key().verify(signed, f"{head}.{body}".encode(), padding.PKCS1v15(), hashes.SHA256())
        except InvalidSignature:
            raise Refused("invalid_grant", "Invalid JWT Signature.") from None
        self.check_claims(claims)
        return claims

    def check_claims(self, claims: dict) -> None:
        now, issued, expires = time.time(), claims.get("iat"), claims.get("exp")
        if claims.get("aud") not in (f"{self.address}/token", GOOGLE_AUDIENCE):
            raise Refused("invalid_grant", "Invalid JWT: Failed audience check.")
        if not isinstance(issued, int) or not isinstance(expires, int):
            raise Refused("invalid_grant", "Invalid JWT: iat and exp have to be whole seconds.")
        if expires - issued > MAXIMUM_LIFETIME_SECONDS or expires < now - CLOCK_SKEW_SECONDS or issued > now + CLOCK_SKEW_SECONDS:
            raise Refused(
                "invalid_grant", "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable timeframe. "
                "Check your iat and exp values in the JWT claim.")

    def user(self, authorization: str | None) -> tuple[str, set[str]] | None:
        """Who a request comes from, and the scopes of its token; None for a token that is not ours or has run out."""
        scheme, _, token = (authorization or "").partition(" ")
        with self.lock:
            known = self.given.get(token)
        if scheme.lower() != "bearer" or known is None or known[1] <= time.monotonic():
            return None
        return known[0], known[2]

    def revoke_all(self) -> None:
        with self.lock:
            self.given.clear()


def decoded(part: str) -> bytes:
    return base64.b64decode(part + "=" * (-len(part) % 4), altchars=b"-_", validate=True)
