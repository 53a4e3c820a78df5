"""What a word means that names a model: a path, an address, or a file of a repository on Hugging Face.

Which address may be spoken to, which redirect may be followed and what a file is called here are decided here, by plain
functions. Must not know sockets or files' contents.
"""

from __future__ import annotations

import contextlib
import ipaddress
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote, unquote, urljoin, urlsplit, urlunsplit

from local_models.errors import DownloadError
from local_models.model_files.split_files import MAX_PARTS

HUB = "https://huggingface.co"
MAX_ADDRESS = 4096
MAX_NAME_BYTES = 200  # with the endings of what lies beside a download still under the 255 of most file systems
MAX_TOKEN = 4096

_REPOSITORY = re.compile(
    r"(?P<repo>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95})(?:@(?P<revision>[\w.-]{1,100}))?(?P<file>(?:/[^/]+)*)",
    re.ASCII,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_DEVICE = re.compile(r"(con|prn|aux|nul|com\d|lpt\d|conin\$|conout\$)\s*(\.|$)", re.IGNORECASE)
_PART = re.compile(r"-(\d{5})-of-(\d{5})\.gguf$", re.IGNORECASE | re.ASCII)
_KEPT_SIGNS = frozenset(" ._-+()=@,")


@dataclass(frozen=True)
class Hub:
    """Where repositories are, and the user's token for it, which goes to this origin only and is never shown."""

    address: str = HUB
    token: str = field(default="", repr=False)

    @classmethod
    def of(cls, environment: Mapping[str, str], home: Path) -> Hub:
        """As Hugging Face's own programs find it: HF_ENDPOINT; HF_TOKEN or the file that logging in leaves."""
        token = environment.get("HF_TOKEN", "").strip()
        if not token:
            cache = Path(environment.get("XDG_CACHE_HOME") or home / ".cache")
            kept = Path(environment.get("HF_HOME") or cache / "huggingface") / "token"
            kept = Path(environment.get("HF_TOKEN_PATH") or kept)
            with contextlib.suppress(OSError, ValueError), kept.open("rb") as file:
                token = file.read(MAX_TOKEN).decode("ascii", "replace").strip()
        usable = token.isascii() and token.isprintable() and " " not in token
        return cls(environment.get("HF_ENDPOINT", "").strip().rstrip("/") or HUB, token if usable else "")


@dataclass(frozen=True)
class Remote:
    """One file at an address. `token` is for the address's own origin; `page` is where its terms are agreed to.

    `repo` and `file` are what it is called on the hub, where it is there and no revision was asked for.
    """

    address: str
    token: str = field(default="", repr=False)
    page: str = ""
    repo: str = ""
    file: str = ""

    @property
    def name(self) -> str:
        """The last part of the address, as it stands there."""
        return unquote(urlsplit(self.address).path.rpartition("/")[2], errors="replace")


@dataclass(frozen=True)
class Repository:
    """A repository without a file: its listing can be asked for at `listing`."""

    name: str
    revision: str
    listing: Remote

    def word(self, file: str) -> str:
        """What names one of its files."""
        return f"{self.name}{'' if self.revision == 'main' else '@' + self.revision}/{file}"


def read_word(word: str, hub: Hub, *, allow_http: bool = False) -> Path | Remote | Repository:
    """What `word` names. A path that exists wins; what looks like nothing else is a path too.

    Raises DownloadError: bad_address, insecure_address.
    """
    path = Path(word)
    with contextlib.suppress(OSError, ValueError, RuntimeError):
        if path.expanduser().exists():
            return path
    if _SCHEME.match(word):
        return _of_address(check_address(word, allow_http=allow_http), hub, allow_http=allow_http)
    found = _REPOSITORY.fullmatch(word)
    if found is None or found["repo"].lower().endswith(".gguf"):
        return path
    file = found["file"].strip("/")
    if file and (not file.lower().endswith(".gguf") or {".", ".."} & set(file.split("/"))):
        return path
    return _of_hub(hub, found["repo"], found["revision"] or "main", file, allow_http=allow_http)


def _of_address(address: str, hub: Hub, *, allow_http: bool) -> Remote | Repository:
    """An address; a page of the hub that shows a file or a repository means that file or repository."""
    if origin(address) != origin(hub.address):
        return Remote(address)
    steps = [unquote(step) for step in urlsplit(address).path.strip("/").split("/")]
    if len(steps) == 2 or (len(steps) >= 4 and steps[2] == "tree"):
        revision = steps[3] if len(steps) >= 4 else "main"
        return _of_hub(hub, "/".join(steps[:2]), revision, "", allow_http=allow_http)
    if len(steps) > 4 and steps[2] in ("blob", "resolve"):
        return _of_hub(hub, "/".join(steps[:2]), steps[3], "/".join(steps[4:]), allow_http=allow_http)
    return Remote(address, hub.token)


def _of_hub(hub: Hub, repo: str, revision: str, file: str, *, allow_http: bool) -> Remote | Repository:
    base = check_address(hub.address, allow_http=allow_http).rstrip("/")
    safe = base.startswith("https:") or is_loopback(urlsplit(base).hostname or "")
    token = hub.token if safe else ""
    if file:
        address = f"{base}/{quote(repo)}/resolve/{quote(revision, safe='')}/{quote(file)}"
        page = f"{base}/{quote(repo)}"
        if revision != "main":
            return Remote(address, token, page)
        return Remote(address, token, page, repo, file)
    address = f"{base}/api/models/{quote(repo)}/tree/{quote(revision, safe='')}?recursive=true"
    return Repository(repo, revision, Remote(address, token, page=f"{base}/{quote(repo)}"))


def check_address(address: str, *, allow_http: bool = False) -> str:
    """An address that may be spoken to, without its fragment. Raises DownloadError: bad_address, insecure_address."""
    try:
        parts = urlsplit(address)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    odd = len(address) > MAX_ADDRESS or not address.isprintable() or " " in address or "\\" in address
    if parts.scheme not in ("http", "https") or not host or port == 0 or odd:
        raise DownloadError.worded(
            "{address!r} is no address that a model can be downloaded from. It looks like "
            "https://example.org/model.gguf",
            code="bad_address",
            address=shown(address),
        )
    if parts.username is not None or parts.password is not None:
        raise DownloadError.worded(
            "The address at {host} holds a user name or password. Give it without: other programs "
            "see what is typed here. A file that needs one can be downloaded with the browser and "
            "then added.",
            code="bad_address",
            host=host,
        )
    if parts.scheme == "http" and not allow_http and not is_loopback(host):
        raise DownloadError.worded(
            "http://{host} is not encrypted: anybody on the way could put another file in the place"
            " of this one. Use https, or, in a network that you trust, --allow-http.",
            code="insecure_address",
            host=host,
        )
    return urlunsplit((parts.scheme, parts.netloc, parts.path or "/", parts.query, ""))


def follow(before: str, location: str, *, allow_http: bool = False) -> str:
    """Where a redirect leads, if it may be followed. Raises DownloadError "redirect_refused"."""
    try:
        after = check_address(urljoin(before, location), allow_http=allow_http)
    except (DownloadError, ValueError):
        raise redirect_refused(before, "an address that may not be used") from None
    if before.startswith("https:") and not after.startswith("https:"):
        raise redirect_refused(before, "an address without encryption")
    if _names_here(after) and not _names_here(before):
        raise redirect_refused(before, "a machine in your own network")
    return after


def redirect_refused(address: str, where: str) -> DownloadError:
    """The error for a redirect that is not followed."""
    return DownloadError.worded(
        "{host} sends the download on to {where}, which is not followed. Look for the file's "
        "own address, or download it with the browser and add the file.",
        code="redirect_refused",
        host=host_of(address),
        where=where,
    )


def is_local(ip: str) -> bool:
    """Whether an IP address is of this machine or of a network that is not the public one."""
    try:
        found = ipaddress.ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return not (mapped or found).is_global


def is_loopback(host: str) -> bool:
    """Whether a host's name or number is this machine."""
    with contextlib.suppress(ValueError):
        return ipaddress.ip_address(host).is_loopback
    return host.rstrip(".") == "localhost" or host.rstrip(".").endswith(".localhost")


def _names_here(address: str) -> bool:
    host = urlsplit(address).hostname or ""
    return is_loopback(host) or is_local(host)


def origin(address: str) -> tuple[str, str, int | None]:
    """Scheme, host and port: who a secret belongs to."""
    with contextlib.suppress(ValueError):
        parts = urlsplit(address)
        usual = {"http": 80, "https": 443}.get(parts.scheme)
        return parts.scheme, parts.hostname or "", parts.port or usual
    return "", "", None


def host_of(address: str) -> str:
    """The host's name, for a sentence."""
    return shown(urlsplit(address).hostname or "?")


def shown(address: str) -> str:
    """An address for people and for the disk: without user, query and fragment, which may hold a key."""
    plain = re.split(r"[?#]", address, maxsplit=1)[0]
    plain = re.sub(r"(://)[^/]*@", r"\1", plain)
    return "".join(sign if sign.isprintable() else " " for sign in plain[:200])


def all_parts(remote: Remote) -> tuple[Remote, ...]:
    """The addresses of all parts of a split model, whichever of them was given; else the one.

    Raises DownloadError "bad_address" for a part that no model can have.
    """
    parts = urlsplit(remote.address)
    folder, _, last = parts.path.rpartition("/")
    part = _PART.search(last)
    number, count = (int(part[1]), int(part[2])) if part is not None else (1, 1)
    if not 1 <= number <= count <= MAX_PARTS:
        raise DownloadError.worded(
            "{name!r} is the name of no part of a model. Check it.", code="bad_address", name=shown(last)
        )
    if count == 1:
        return (remote,)
    names = [part_name(last, number) for number in range(1, count + 1)]
    paths = [parts._replace(path=f"{folder}/{name}") for name in names]
    return tuple(Remote(urlunsplit(path), remote.token, remote.page) for path in paths)


def part_name(name: str, number: int) -> str:
    """The name of part `number` of the model that the file `name` is a part of; `name` itself where it is whole."""
    return _PART.sub(lambda found: f"-{number:05}-of-{found[2]}{found[0][-5:]}", name)


def names_for(remotes: tuple[Remote, ...], name: str) -> tuple[str, ...]:
    """What the files of a model are called here; `name` is the user's wish. Raises DownloadError "bad_name"."""
    if not name and not remotes[0].name.lower().endswith(".gguf"):
        raise DownloadError.worded(
            "{address!r} does not end in .gguf. Give the address of the file itself, or say what it"
            " is to be called: --name NAME.gguf",
            code="bad_name",
            address=shown(remotes[0].address),
        )
    safe = safe_name(name or remotes[0].name)
    if len(remotes) == 1:
        return (safe,)
    stem = _PART.sub("", safe).removesuffix(".gguf")
    return tuple(f"{stem}-{number:05}-of-{len(remotes):05}.gguf" for number in range(1, len(remotes) + 1))


def safe_name(text: str) -> str:
    """A file's name, and never more than that, made of foreign text; it ends in .gguf.

    Letters and digits of all scripts stay; separators, colons, NUL, marks that turn the direction and the like do not.
    """
    plain = unicodedata.normalize("NFKC", text[:MAX_ADDRESS])
    last = next((part for part in reversed(re.split(r"[/\\]", plain)) if part.strip(" .")), "")
    name = "".join(sign if sign.isalnum() or sign in _KEPT_SIGNS else "_" for sign in last).strip(" .")
    stem = name[:-5] if name.lower().endswith(".gguf") else name
    ending = name[len(stem) :] or ".gguf"
    part = re.search(r"-\d{5}-of-\d{5}$", stem)
    if part is not None:
        stem, ending = stem[: part.start()], part[0] + ending
    room = MAX_NAME_BYTES - len(ending.encode()) - 1
    stem = stem.encode("utf-8", "ignore")[:room].decode("utf-8", "ignore").rstrip(" .").lstrip(" .-") or "model"
    return f"_{stem}{ending}" if _DEVICE.match(stem + ending) else stem + ending
