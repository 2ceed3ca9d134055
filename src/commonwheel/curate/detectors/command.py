"""Passwords in commands, statements and files of settings that put no name and sign before them.

`--password x`, `-u name:x`, `mysql -px`, `IDENTIFIED BY 'x'`, a line of `.netrc`, the configuration of a router.
"""

import re
from collections.abc import Iterator

from commonwheel.curate.placeholders import is_fetched, is_placeholder, is_reference, is_uuid
from commonwheel.curate.randomness import classes, is_random
from commonwheel.curate.scan import About, Confirm, Detector, Hit, Pattern, Scanned

_NOT_A_VALUE = re.compile(r"--?[a-z]|[|&>]|/[a-z]+$")


def _secret(kind: str, score: float) -> Confirm:
    """The group, where it is no template, no other option, and no word that only says what goes there."""

    def confirm(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
        value = match.group("secret")
        if is_placeholder(value) or is_fetched(value) or is_reference(value) or _NOT_A_VALUE.match(value):
            return
        if value.isalpha() and (value.islower() or value.isupper() or value.istitle()):
            return  # as likely a word of the manual
        yield Hit(kind, *match.span("secret"), score)

    return confirm


def _flag(scanned: Scanned, match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    if is_placeholder(value) or is_fetched(value) or is_reference(value) or _NOT_A_VALUE.match(value):
        return
    if is_uuid(value) or (classes(value) >= 2 and (is_random(value) or any(c.isdigit() for c in value))):
        yield Hit("credential.password", *match.span("secret"), 0.8)
    elif classes(value) >= 2 and match.group("quote"):
        yield Hit("credential.password", *match.span("secret"), 0.6)


_QUOTED = r"(?P<quote>\\{0,2}[\"'`]?)"
_FLAG = (
    r"(?:password|passwd|passphrase|pass|pwd|passcode|token|secret|bearer|api-?key|auth-?key|access-?key|"
    r"secret-?key|pw)"
)
_TO_END = r"[^\s\"'`;|&<>\\]"
_SHORT = (
    ("mysql|mysqldump|mysqladmin|mariadb|mariadb-dump", r"-p"),
    ("sshpass|docker login|podman login|helm registry login|az login|mongo|mongosh|mongodump|psexec", r"-p ?"),
    ("redis-cli|htpasswd", r"-a "),
    ("ldapsearch|ldapadd|ldapmodify|ldappasswd|ldapwhoami", r"-w ?"),
    ("sqlcmd|bcp|zip|isql", r"-P ?"),
    ("7z|7za|rar|unrar", r"-p"),
    ("plink|pscp|putty", r"-pw "),
    ("xfreerdp|mstsc|wfreerdp", r"/p:"),
    ("keytool|jarsigner", r"-(?:store|key|deststore|srcstore|destkey|srckey|new)pass "),
    ("cmdkey", r"/pass(?:word)?:"),
    ("ipmitool", r"-P "),
    ("lftp", r"-u [^\s,]{1,60},"),
    ("smbclient|rpcclient|smbmap", r"-U ?[\"']?[^\s%\"']{1,60}%"),
    ("net use", r"(?:\\\\|https?:)\S{3,120} (?=\S{4,60} /user:)"),
)  # fmt: skip
"""Commands, and the letter by which each takes a password."""


def _short(commands: str, flag: str) -> Pattern:
    # An option of a letter may stand after others; what begins with a group is the whole of the arguments.
    before = r" [^\n]{0,40}?" if flag.startswith("(") else r"\b[^\n]{0,200}?(?<![\w-])"
    return Pattern(
        expression=re.compile(rf"\b(?:{commands}){before}{flag}{_QUOTED}(?P<secret>{_TO_END}{{4,100}})"),
        confirm=_secret("credential.password", 0.8),
        rule="short_option",
        says="A password given to a command, where that command takes one.",
    )


DETECTOR = Detector(
    name="command",
    version="1",
    about=About(
        finds="passwords in commands, SQL, .netrc and .pgpass files, and the configuration of routers",
        how="By where each command, statement and file has its password. Variables, templates, other options and "
        "plain words are left alone.",
        misses="commands of one's own",
    ),
    patterns=(
        Pattern(
            expression=re.compile(
                rf"(?<![\w-])--?(?:[a-z0-9]{{1,20}}[-_]){{0,3}}{_FLAG}(?:\s{{1,3}}|=)"
                rf"{_QUOTED}(?P<secret>[^\s\"'`\\]{{5,400}})",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_flag,
            rule="option",
            says="A value given to an option that is called password, token or the like.",
        ),
        Pattern(
            expression=re.compile(
                rf"\b(?:curl|wget|https?|xh)\b[^\n]{{0,300}}?\s(?:-u|--user|--proxy-user|-U|-a|--auth)"
                rf"[ =]?{_QUOTED}"
                rf"[^\s:\"'`]{{1,100}}:(?P<secret>{_TO_END}{{3,200}})",
                re.ASCII,
            ),
            confirm=_secret("credential.basic_auth", 0.85),
            rule="user_option",
            says="A password after a user's name, given to a command that fetches from the web.",
        ),
        *(_short(commands, flag) for commands, flag in _SHORT),
        Pattern(
            expression=re.compile(rf"-pass(?:in|out|word)?\s{{1,3}}{_QUOTED}pass:(?P<secret>{_TO_END}{{3,100}})"),
            confirm=_secret("credential.password", 0.85),
            rule="openssl",
            says="A pass phrase given to openssl.",
        ),
        Pattern(
            expression=re.compile(
                r"ConvertTo-SecureString(?:\s{1,3}-(?!String)[A-Za-z]{2,20}){0,3}(?:\s{1,3}-String)?(?:\s{1,3}-"
                r"(?:Force|AsPlainText)){0,2}"
                r"\s{1,3}(?P<quote>\\{0,2}[\"']?)(?P<secret>[^\s\"'\\-][^\s\"'\\]{4,100})",
                re.IGNORECASE,
            ),
            confirm=_secret("credential.password", 0.85),
            rule="powershell",
            says="A password made a secure string in PowerShell.",
        ),
        Pattern(
            expression=re.compile(
                rf"\bidentified\s{{1,3}}(?:with\s{{1,3}}[\"']?\w{{1,40}}[\"']?\s{{1,3}})?(?:by\s{{1,3}}(?:passwo"
                rf"rd\s{{1,3}})?|as\s{{1,3}}(?=[\"'*])){_QUOTED}"
                r"(?P<secret>[^\s\"'`;]{4,200})",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_flag,
            rule="identified_by",
            says="A password in a statement that makes a database's user.",
        ),
        Pattern(
            expression=re.compile(
                r"\b(?:user|role|login|encrypted|with)\b[^\n;]{0,80}?\bpassword\s{1,3}(?P<quote>\\{0,2}[\"']?)"
                r"(?P<secret>[^\s\"'`;=:\\][^\s\"'`;\\]{3,200})",
                re.IGNORECASE | re.ASCII,
            ),
            confirm=_flag,
            rule="role",
            says="A password in a statement that makes a role.",
        ),
        Pattern(
            expression=re.compile(r"\blogin\s{1,4}\S{1,80}\s{1,8}password\s{1,4}(?P<secret>\S{3,120})"),
            confirm=_secret("credential.password", 0.9),
            rule="netrc",
            says="A password in a .netrc file.",
        ),
        Pattern(
            expression=re.compile(
                r"^[\w.*-]{1,80}:(?:543[0-9]|\*):[\w*-]{1,60}:[\w.@*-]{1,60}:(?P<secret>[^\s:]{3,100})$",
                re.MULTILINE,
            ),
            confirm=_secret("credential.password", 0.85),
            rule="pgpass",
            says="A password in a .pgpass file.",
        ),
        Pattern(
            expression=re.compile(
                r"\b(?:password|secret|key-string|pre-shared-key|community|key) (?:[0579] )"
                r"(?P<secret>[^\s\"']{4,100})"
            ),
            confirm=_secret("credential.password", 0.75),
            rule="router",
            says="A password in the configuration of a router.",
        ),
        Pattern(
            expression=re.compile(
                r"(?:AUTH|SECURE_AUTH|LOGGED_IN|NONCE)_(?:KEY|SALT)"
                r"['\"],\s{0,6}['\"](?P<secret>[^'\"\n]{20,100})['\"]"
            ),
            confirm=lambda scanned, match: _salt(match),
            rule="wordpress",
            says="A key of a WordPress site.",
        ),
        Pattern(
            expression=re.compile(
                rf"\becho\s{{1,3}}(?:-n\s)?{_QUOTED}(?:[\w.-]{{1,40}}:)?(?P<secret>{_TO_END}{{4,100}})"
                rf"[\"']?\s{{0,3}}\|\s{{0,3}}"
                r"(?:sudo\s{1,3}(?:-S|chpasswd)|chpasswd|passwd\s{1,3}--stdin|docker\s{1,3}login)"
            ),
            confirm=_secret("credential.password", 0.85),
            rule="piped",
            says="A password sent to a command that reads it.",
        ),
    ),
)  # fmt: skip
"""See the module."""


def _salt(match: re.Match[str]) -> Iterator[Hit]:
    value = match.group("secret")
    if "unique phrase" not in value and is_random(value):
        yield Hit("credential.generic", *match.span("secret"), 0.9)
