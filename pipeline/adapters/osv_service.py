"""Ask an OSV service about pins: one question each, bounded, and only a whole answer counts."""

from __future__ import annotations

import http.client
import json
import urllib.request
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from secure_release.checks import AdvisoryError, Pin

from .fetch import Redirects, allow

PUBLIC = "https://api.osv.dev/v1/query"
QUERY = "/v1/query"
MAX_ANSWER = 32_000_000  # bytes of one page
MAX_PAGES = 50
TIMEOUT = 30.0
CHECK_IT = "Check `advisories.url` and the network, or use an offline snapshot (`advisories.source: file`)."


@dataclass(frozen=True)
class OsvService:
    """The query endpoint of an OSV service."""

    url: str
    timeout: float = TIMEOUT  # seconds for one answer

    def entries(self, pin: Pin) -> list[Mapping[str, Any]]:
        """All records that the service says hit the pin. Raises `AdvisoryError` for anything but a whole answer."""
        return [entry for page in self._pages(pin) for entry in page]

    def _pages(self, pin: Pin) -> Iterator[list[Mapping[str, Any]]]:
        question: dict[str, Any] = {"package": {"name": pin.name, "ecosystem": "PyPI"}, "version": pin.version}
        for _ in range(MAX_PAGES):
            answer = self._ask(question)
            vulns = answer.get("vulns", [])
            if not isinstance(vulns, list) or not all(isinstance(entry, dict) for entry in vulns):
                raise self._bad("its answer is not a list of records")
            yield vulns
            token = answer.get("next_page_token")
            if not token:
                return
            question["page_token"] = token
        raise self._bad(f"its answer about {pin} has more than {MAX_PAGES} pages")

    def _ask(self, question: Mapping[str, Any]) -> dict[str, Any]:
        allow(self.url)
        body = json.dumps(question).encode()
        request = urllib.request.Request(self.url, body, {"Content-Type": "application/json"})  # noqa: S310 - allow()
        try:
            with urllib.request.build_opener(Redirects()).open(request, timeout=self.timeout) as reply:
                content = reply.read(MAX_ANSWER + 1)
            if len(content) > MAX_ANSWER:
                raise self._bad("its answer is too large")
            answer = json.loads(content)
        except (OSError, http.client.HTTPException, ValueError, RecursionError) as problem:
            raise self._bad(str(problem)) from problem
        if not isinstance(answer, dict):
            raise self._bad("its answer is not an object")
        return answer

    def _bad(self, why: str) -> AdvisoryError:
        return AdvisoryError(f"the OSV service at {self.url} gave no answer: {why[:300]}", CHECK_IT)


def endpoint(url: str | None) -> str:
    """The query endpoint of what the configuration names: the endpoint itself, or the service's root."""
    if url is None:
        return PUBLIC
    return url if url.endswith(QUERY) else url.rstrip("/") + QUERY
