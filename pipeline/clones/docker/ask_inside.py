"""Asks one http address and prints what came back. A program of its own: it is run inside a container's network.

Standard input: JSON with address, port, host, path, timeout. Standard output: JSON with status and body, or with error.
"""

from __future__ import annotations

import http.client
import json
import sys
from typing import Any

BODY_BYTES = 200_000


def main(question: dict[str, Any]) -> dict[str, Any]:
    connection = http.client.HTTPConnection(question["address"], question["port"], timeout=question["timeout"])
    try:
        connection.request("GET", question["path"], headers={"Host": question["host"], "Connection": "close"})
        answer = connection.getresponse()
        return {"status": answer.status, "body": answer.read(BODY_BYTES).decode("utf-8", "replace")}
    except (OSError, http.client.HTTPException) as problem:
        return {"error": f"{type(problem).__name__}: {problem}"}
    finally:
        connection.close()


if __name__ == "__main__":
    sys.stdout.write(json.dumps(main(json.load(sys.stdin))))
