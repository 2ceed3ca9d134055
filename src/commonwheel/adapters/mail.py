"""Mail: by SMTP where MAIL_URL names a server; otherwise files in a folder, and nothing leaves the machine."""

import os
import secrets
import smtplib
import ssl
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from email.utils import format_datetime, make_msgid
from pathlib import Path
from urllib.parse import unquote, urlsplit

from commonwheel.errors import Misconfigured, Unavailable
from commonwheel.ports import Clock, Mail

_TIMEOUT = 20.0
_POLICY = SMTP_POLICY.clone(max_line_length=900)
"""An address in a header stays in one piece: folded it would be encoded, and no mail program would follow it."""
_PORTS = {"smtp": 587, "smtps": 465}


class FolderMail:
    """Writes each message into a folder, as a file that mail programs open."""

    def __init__(self, folder: Path, sender: str, clock: Clock) -> None:
        self._folder, self._sender, self._clock = folder, sender, clock

    def send(self, to: str, subject: str, text: str, stop: str = "") -> None:
        """A file that only its owner reads; its name begins with the time, so that the last is the newest."""
        now = self._clock.now()
        message = _message(self._sender, to, subject, text, format_datetime(now), stop)
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            path = self._folder / f"{now:%Y%m%dT%H%M%S.%f}-{secrets.token_hex(3)}.eml"
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
                file.write(message.as_bytes())
        except OSError as problem:
            raise Unavailable(f"The folder for mail cannot be written: {problem.strerror}.") from None


class SmtpMail:
    """Sends through a server. `smtp://` turns to TLS before anything is said, `smtps://` begins with it."""

    def __init__(self, url: str, sender: str, clock: Clock) -> None:
        parts = urlsplit(url)
        if parts.scheme not in _PORTS or not parts.hostname:
            raise Misconfigured("COMMONWHEEL_MAIL_URL is like smtp://user:password@host:587, or a folder.")
        self._scheme, self._host, self._port = parts.scheme, parts.hostname, parts.port or _PORTS[parts.scheme]
        self._user, self._password = unquote(parts.username or ""), unquote(parts.password or "")
        self._sender, self._clock = sender, clock

    def send(self, to: str, subject: str, text: str, stop: str = "") -> None:
        """Raises Unavailable where the server does not take it. On one's own machine TLS is not asked for."""
        message = _message(self._sender, to, subject, text, format_datetime(self._clock.now()), stop)
        try:
            with self._connected() as server:
                if self._user:
                    server.login(self._user, self._password)
                server.send_message(message)
        except (OSError, smtplib.SMTPException) as problem:
            raise Unavailable(f"The mail server took no message ({type(problem).__name__}).") from None

    def _connected(self) -> smtplib.SMTP:
        context = ssl.create_default_context()
        if self._scheme == "smtps":
            return smtplib.SMTP_SSL(self._host, self._port, timeout=_TIMEOUT, context=context)
        server = smtplib.SMTP(self._host, self._port, timeout=_TIMEOUT)
        if self._host not in ("localhost", "127.0.0.1", "::1"):
            server.starttls(context=context)
        return server


def open_mail(url: str, home: Path, sender: str, clock: Clock) -> Mail:
    """What MAIL_URL names: a server, a folder, or by default a folder in HOME."""
    if url.startswith(("smtp://", "smtps://")):
        return SmtpMail(url, sender, clock)
    return FolderMail(Path(url) if url else home / "mail", sender, clock)


def _message(sender: str, to: str, subject: str, text: str, date: str, stop: str) -> EmailMessage:
    message = EmailMessage(policy=_POLICY)
    name, _, address = sender.rpartition(" ")
    message["From"] = Address(name, addr_spec=address)
    message["To"] = Address(addr_spec=to)
    message["Subject"] = subject
    message["Date"] = date
    message["Message-ID"] = make_msgid(domain=address.rpartition("@")[2])
    message["Auto-Submitted"] = "auto-generated"
    if stop:
        message["List-Unsubscribe"] = f"<{stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    # Plain where it can be, so that a link in a file can be copied as it stands.
    message.set_content(text, cte="7bit" if text.isascii() else "quoted-printable")
    return message
