"""Any tool that writes SARIF 2.1.0 as a check: its command and a specimen it must find, from the configuration."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import assert_never

from .check import Check, Context, SourceFile
from .result import Broken, Ran, Result, Skipped, broken
from .sarif_report import parse
from .source import is_python
from .tool import Job, NotAReport, Report, Specimen, Tool, ToolCheck, as_argument, reinstall


def sarif_check(
    name: str,
    command: tuple[str, ...],
    specimen_name: str,
    specimen_text: str,
    wants: Callable[[SourceFile], bool],
    exits: Iterable[int],
) -> Check:
    """A check made of a command. Its words may be or hold `{report}`, `{root}`; the word `{files}` becomes one for each file.

    Without `{report}` the log is read from standard output. Refuses (`ValueError`) a command with neither or both of
    `{files}` and `{root}`: nobody could say what it looked at.
    """
    by_file, by_folder = "{files}" in command, any("{root}" in word for word in command)
    if not command or by_file == by_folder:
        raise ValueError(f"the command of {name} must hold the word {{files}}, or {{root}}")
    tool = Tool(command[0], "", "", frozenset(exits))
    planted = Specimen({specimen_name: specimen_text}, frozenset())
    return SarifCheck(name, f"{command[0]}, by its SARIF report", command, planted, wants, tool)


@dataclass(frozen=True)
class SarifCheck:
    """A tool of the user's: no version is asked, and its specimen may be found by any rule."""

    name: str
    title: str
    command: tuple[str, ...]
    specimen: Specimen
    wants: Callable[[SourceFile], bool]
    tool: Tool

    def run(self, context: Context) -> Result:
        if "{files}" in self.command:
            return self._by_file().run(context)
        blind = self._blind(context)
        return blind if blind is not None else self._by_folder().run(context)

    def _by_file(self) -> ToolCheck:
        def read(content: bytes, job: Job) -> Report:
            report = parse(content, job, self.name, closed=True)
            if not any(f.place.path.startswith("planted:") for f in report.findings):
                raise NotAReport(f"is blind: it has nothing about the planted {', '.join(self.specimen.files)}")
            return report

        return ToolCheck(self.name, self.title, self.tool, self.specimen, self.wants, self._words, read)

    def _by_folder(self) -> ToolCheck:
        def read(content: bytes, job: Job) -> Report:
            return parse(content, job, self.name, closed=False)

        nothing = Specimen({}, frozenset())
        return ToolCheck(self.name, self.title, self.tool, nothing, self.wants, self._words, read, whole=True)

    def _blind(self, context: Context) -> Broken | None:
        """Why a run over the specimen alone proves that it sees nothing; None when it found something there."""
        tree = context.scratch / f"{self.name}-specimen"
        files = tuple(_planted(tree, self.specimen))
        scratch = context.scratch / f"{self.name}-specimen-scratch"
        result = replace(self._by_folder(), wants=lambda file: True).run(
            replace(context, tree=tree, files=files, scratch=scratch)
        )
        match result:
            case Ran(findings=findings) if not findings:
                reason = f"{self.name} is blind: it found nothing in the planted {', '.join(self.specimen.files)}."
                return broken(reason, "Mend its command under `scan.checks`, or its specimen.", result.evidence)
            case Ran():
                return None
            case Broken():
                return result
            case Skipped(reason=reason):
                return broken(f"{self.name} was not asked about its specimen: {reason}", reinstall(self.tool))
            case _:
                assert_never(result)

    def _words(self, job: Job) -> tuple[str, ...]:
        return (job.program, *(filled for word in self.command[1:] for filled in _filled(word, job)))


def _filled(word: str, job: Job) -> tuple[str, ...]:
    if word == "{files}":
        return (*(as_argument(target) for target in job.targets), *job.specimens)
    return (word.replace("{report}", str(job.report)).replace("{root}", str(job.tree)),)


def _planted(tree: Path, specimen: Specimen) -> Iterator[SourceFile]:
    for name, text in specimen.files.items():
        content = text.encode()
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(content)
        yield SourceFile(name, len(content), hashlib.sha256(content).hexdigest(), False, is_python(name, content), False)
