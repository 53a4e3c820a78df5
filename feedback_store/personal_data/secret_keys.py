"""Keys and tokens by the shapes that their makers publish, so that leaked ones can be found."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Iterator

from feedback_store.personal_data.found import Found

_SHAPES = (
    r"sk-(?:ant-|proj-|svcacct-|admin-|or-)?[A-Za-z0-9_-]{20,220}",  # OpenAI, Anthropic, OpenRouter
    r"gh[pousr]_[A-Za-z0-9]{36,251}",  # GitHub
    r"github_pat_[A-Za-z0-9_]{36,244}",
    r"gl(?:pat|dt|rt|cbt|ptt|ft|imt|agent|soat)-[A-Za-z0-9_.-]{20,100}",  # GitLab
    r"(?:AKIA|ASIA)[A-Z2-7]{16}",  # Amazon
    r"xox[abeoprs]-[A-Za-z0-9-]{10,200}",  # Slack
    r"xapp-[0-9]-[A-Za-z0-9-]{20,200}",
    r"AIza[A-Za-z0-9_-]{35}",  # Google
    r"ya29\.[A-Za-z0-9_-]{20,200}",
    r"[sr]k_(?:live|test)_[A-Za-z0-9]{16,200}",  # Stripe
    r"whsec_[A-Za-z0-9]{24,80}",
    r"npm_[A-Za-z0-9]{36}",
    r"pypi-AgE[A-Za-z0-9_-]{50,250}",
    r"hf_[A-Za-z]{34}",  # Hugging Face
    r"gsk_[A-Za-z0-9]{40,60}",  # Groq
    r"xai-[A-Za-z0-9]{60,100}",
    r"nvapi-[A-Za-z0-9_-]{40,100}",  # NVIDIA
    r"r8_[A-Za-z0-9]{37}",  # Replicate
    r"pplx-[A-Za-z0-9]{40,60}",  # Perplexity
    r"SG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}",  # SendGrid
    r"do[opr]_v1_[a-f0-9]{64}",  # DigitalOcean
    r"[0-9]{8,10}:AA[A-Za-z0-9_-]{33}",  # Telegram
)
_KEY = re.compile(rf"(?<![A-Za-z0-9_-])(?:{'|'.join(_SHAPES)})(?![A-Za-z0-9_])")
_JWT = re.compile(r"(?<![A-Za-z0-9_.-])(eyJ[A-Za-z0-9_-]{10,}+)\.[A-Za-z0-9_-]{4,}+\.[A-Za-z0-9_-]*+")
_PEM = re.compile(
    r"-----BEGIN ((?:[A-Z0-9]{1,12} ){0,3})PRIVATE KEY-----"
    r"(?:[A-Za-z0-9+/=\s:,\\.]{0,20000}+-----END (?:[A-Z0-9]{1,12} ){0,3}PRIVATE KEY-----)?"
)
_PLACEHOLDER = re.compile(r"example|your|xxxx|placeholder|redacted", re.IGNORECASE)
_FEWEST_DIFFERENT = 8  # characters; a row of x is no key


def find_keys(text: str) -> Iterator[Found]:
    """Keys, JSON web tokens and private keys; what was plainly written as an example is none."""
    for match in _KEY.finditer(text):
        if _looks_drawn(match[0]):
            yield Found(match.start(), match.end(), "key", match[0])
    for match in _JWT.finditer(text):
        if _is_token_head(match[1]):
            yield Found(match.start(), match.end(), "key", match[0])
    for match in _PEM.finditer(text):
        yield Found(match.start(), match.end(), "key", match[0])


def _looks_drawn(key: str) -> bool:
    """Whether a key looks as if it had been drawn by lot: words with hyphens (`sk-circle-fade`) do not."""
    if _PLACEHOLDER.search(key) or len(set(key)) < _FEWEST_DIFFERENT:
        return False
    body = key[3:]
    mixed = any(map(str.isupper, body)) and any(map(str.islower, body))
    return mixed if key.startswith("hf_") else any(map(str.isdigit, body))


def _is_token_head(part: str) -> bool:
    """Whether this is the head of a JSON web token (RFC 7515): an object that names its algorithm."""
    if len(part) > 4096:
        return False
    try:
        head = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))
    except (ValueError, RecursionError):
        return False
    return isinstance(head, dict) and "alg" in head
