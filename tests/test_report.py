"""Findings come out as exact text in every format, aligned, and never with a control code."""

from __future__ import annotations

import json
import re
import time
import unicodedata
from dataclasses import dataclass, field
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipelinegen.diagnostics import Diagnostic, Note, Place, Severity, Span
from pipelinegen.report import Finding, as_json, concise, place, summary, text
from pipelinegen.report.visible import columns

SPEC = "\n".join(
    [
        *["#"] * 18,
        "          - codebuild: {buildspec: ci/build.yml}",
        "            name: Build",
        "          - codebuild: {buildspec: ci/lint.yml}",
        "            input-artifacts: [Build]",
        "  - stage: Production",
        "    when: [main]",
        "    actions:",
        "      - group:",
        '          - approval: {custom-data: "Deploy #{Source.CommitId}?"}',
        "          - cfn-deploy:",
        "              stack-name: shop",
    ]
)

ARTIFACT = Diagnostic(
    "artifact-not-yet-made",
    "artifact 'Build' does not exist yet: an action of the same group runs beside it, not before",
    Span(22, 31, 22, 36),
    label="used here",
    hint="expected one of: Source; or move 'Lint' below the group",
    notes=(Note(Span(19, 13, 19, 22), "made here, at the same time"),),
)
KEY = Diagnostic(
    "unknown-key",
    "unknown key 'when'",
    ("stages", 0, "when"),
    on_key=True,
    label="not a key of a stage",
    hint="here it is 'only' (pipelinegen lint --fix)",
)
APPROVAL = Diagnostic(
    "approval-beside-action",
    "an approval in a group does not hold back the actions beside it",
    Span(27, 13, 27, 21),
    severity=Severity.WARNING,
    label="asked here",
    hint="put it before the group",
    notes=(Note(Span(28, 13, 28, 23), "starts at the same time, without an answer"),),
)

GOLDEN = """\
error[artifact-not-yet-made]: artifact 'Build' does not exist yet: an action of the same group runs beside it, not before
  --> pipelinegen.yaml:22:31
   |
19 |           - codebuild: {buildspec: ci/build.yml}
   |             --------- made here, at the same time
...
22 |             input-artifacts: [Build]
   |                               ^^^^^ used here
   |
   = help: expected one of: Source; or move 'Lint' below the group

error[unknown-key]: unknown key 'when'
  --> pipelinegen.yaml:24:5
   |
24 |     when: [main]
   |     ^^^^ not a key of a stage
   |
   = help: here it is 'only' (pipelinegen lint --fix)

warning[approval-beside-action]: an approval in a group does not hold back the actions beside it
  --> pipelinegen.yaml:27:13
   |
27 |           - approval: {custom-data: "Deploy #{Source.CommitId}?"}
   |             ^^^^^^^^ asked here
28 |           - cfn-deploy:
   |             ---------- starts at the same time, without an answer
   |
   = help: put it before the group
"""  # noqa: E501


@dataclass
class Spans:
    """Stands in for the spans of a document: spans are themselves, pointers are looked up."""

    known: dict[tuple[Any, ...], Span] = field(default_factory=dict)

    def of(self, at: Place, *, on_key: bool) -> Span:
        """Return the span of a node, or of its key."""
        if isinstance(at, Span):
            return at
        key = (*at, on_key)
        return self.known[key]


@dataclass
class Page:
    """Stands in for a document."""

    text: str
    spans: Spans = field(default_factory=Spans)
    name: str = "pipelinegen.yaml"


def placed(page: Page, *diagnostics: Diagnostic) -> tuple[Finding, ...]:
    """Place diagnostics in a page."""
    document: Any = page
    return place(document, diagnostics)


def snippet(source: str, *diagnostics: Diagnostic, **options: Any) -> str:
    """Return diagnostics of one source in the text format."""
    return text(placed(Page(source), *diagnostics), {"pipelinegen.yaml": source}, **options)


def at(line: int, column: int, end_column: int, **others: Any) -> Diagnostic:
    """Return a short diagnostic that marks a part of one line."""
    return Diagnostic("r", "m", Span(line, column, line, end_column), **others)


def spec_findings() -> tuple[Finding, ...]:
    """The three findings of the golden text, given in the wrong order."""
    when = {("stages", 0, "when", True): Span(24, 5, 24, 9)}
    return placed(Page(SPEC, Spans(when)), APPROVAL, KEY, ARTIFACT)


def test_golden_text() -> None:
    """The three examples of the design come out to the letter, sorted by place."""
    assert text(spec_findings(), {"pipelinegen.yaml": SPEC}) == GOLDEN


def test_golden_concise() -> None:
    """The concise format is one line each, with the hint after a semicolon."""
    assert concise(spec_findings()).splitlines() == [
        "pipelinegen.yaml:22:31: error[artifact-not-yet-made]: artifact 'Build' does not exist"
        " yet: an action of the same group runs beside it, not before; expected one of: Source;"
        " or move 'Lint' below the group",
        "pipelinegen.yaml:24:5: error[unknown-key]: unknown key 'when';"
        " here it is 'only' (pipelinegen lint --fix)",
        "pipelinegen.yaml:27:13: warning[approval-beside-action]: an approval in a group does not"
        " hold back the actions beside it; put it before the group",
    ]


def test_golden_json() -> None:
    """The JSON document is versioned and says everything in plain fields."""
    output = as_json(spec_findings()[:1])
    assert output.endswith("}\n")
    assert json.loads(output) == {
        "schema": "pipelinegen/v1/lint",
        "findings": [
            {
                "rule": "artifact-not-yet-made",
                "severity": "error",
                "message": ARTIFACT.message,
                "label": "used here",
                "hint": ARTIFACT.hint,
                "file": "pipelinegen.yaml",
                "line": 22,
                "column": 31,
                "end_line": 22,
                "end_column": 36,
                "branch_rules": [],
                "notes": [
                    {
                        "message": "made here, at the same time",
                        "line": 19,
                        "column": 13,
                        "end_line": 19,
                        "end_column": 22,
                    }
                ],
            }
        ],
        "summary": {"errors": 1, "warnings": 0, "notes": 0},
    }


def test_no_findings() -> None:
    """Without findings text and lines are empty and the JSON document still is one."""
    assert text((), {"a": "b"}) == concise(()) == ""
    assert summary(()) == "no findings"
    assert json.loads(as_json(()))["findings"] == []


@pytest.mark.parametrize(
    ("source", "diagnostic", "expected"),
    [
        pytest.param(
            "a: b\n",
            at(1, 1, 2),
            """\
error[r]: m
 --> pipelinegen.yaml:1:1
  |
1 | a: b
  | ^
""",
            id="without label, note and hint nothing follows the mark",
        ),
        pytest.param(
            "{a: 1, a: 2}\n",
            at(1, 8, 9, label="again", notes=(Note(Span(1, 2, 1, 3), "first"),)),
            """\
error[r]: m
 --> pipelinegen.yaml:1:8
  |
1 | {a: 1, a: 2}
  |        ^ again
  |  - first
""",
            id="a note in the same line gets a row of its own below the primary mark",
        ),
        pytest.param(
            "\n".join("abcdefghijk"),
            at(
                2,
                1,
                2,
                notes=(Note(Span(10, 1, 10, 2), "late"), Note(Span(1, 1, 1, 2), "early")),
            ),
            """\
error[r]: m
  --> pipelinegen.yaml:2:1
   |
 1 | a
   | - early
 2 | b
   | ^
...
10 | j
   | - late
""",
            id="notes stand in the order of lines, numbers to the right, gaps as dots",
        ),
        pytest.param(
            "run: |\n  make  \n  test\n",
            Diagnostic("r", "m", Span(1, 6, 3, 7), label="here"),
            """\
error[r]: m
 --> pipelinegen.yaml:1:6
  |
1 | run: |
  |      ^ here
""",
            id="a span of several lines is marked to the end of its first line",
        ),
        pytest.param(
            "  make it   \n  test\n",
            Diagnostic("r", "m", Span(1, 3, 2, 7)),
            """\
error[r]: m
 --> pipelinegen.yaml:1:3
  |
1 |   make it
  |   ^^^^^^^
""",
            id="white space at the end of a line is not marked",
        ),
        pytest.param(
            "",
            at(1, 1, 1, hint="write a spec"),
            """\
error[r]: m
 --> pipelinegen.yaml:1:1
  |
1 |
  | ^
  |
  = help: write a spec
""",
            id="an empty file still has a place",
        ),
        pytest.param(
            "ab\n",
            at(9, 7, 12, label="here"),
            """\
error[r]: m
 --> pipelinegen.yaml:9:7
  |
9 |
  | ^ here
""",
            id="a line beyond the end is empty",
        ),
        pytest.param(
            "ab\n",
            at(1, 7, 12),
            """\
error[r]: m
 --> pipelinegen.yaml:1:7
  |
1 | ab
  |   ^
""",
            id="a column beyond the end is just behind the text",
        ),
        pytest.param(
            "a\r\nb\rc\u2028\x85d\n",
            at(3, 1, 2),
            """\
error[r]: m
 --> pipelinegen.yaml:3:1
  |
3 | c\\u2028\\x85d
  | ^
""",
            id="lines end where YAML 1.2 says so",
        ),
        pytest.param(
            "x: 日本 🚀 e\u0301: bad\n",
            at(1, 13, 16),
            """\
error[r]: m
 --> pipelinegen.yaml:1:13
  |
1 | x: 日本 🚀 e\u0301: bad
  |               ^^^
""",
            id="wide characters take two columns and combining marks none",
        ),
        pytest.param(
            "x: 日本\n",
            at(1, 4, 6),
            """\
error[r]: m
 --> pipelinegen.yaml:1:4
  |
1 | x: 日本
  |    ^^^^
""",
            id="a mark is as wide as what it marks",
        ),
        pytest.param(
            "a:\n\tb: c\n",
            at(2, 1, 2, label="a tab"),
            """\
error[r]: m
 --> pipelinegen.yaml:2:1
  |
2 |     b: c
  | ^^^^ a tab
""",
            id="a tab is four spaces",
        ),
        pytest.param(
            "a: \x1b[31m\u202eb\n",
            at(1, 10, 11),
            """\
error[r]: m
 --> pipelinegen.yaml:1:10
  |
1 | a: \\x1b[31m\\u202eb
  |                  ^
""",
            id="control and bidi characters are spelt out and marks stay below their text",
        ),
        pytest.param(
            "a: b",
            at(1, 1, 2, branch_rules=("main", "feature/*")),
            """\
error[r]: m (branch rules main, feature/*)
 --> pipelinegen.yaml:1:1
  |
1 | a: b
  | ^
""",
            id="the branch rules it holds for stand behind the message",
        ),
    ],
)
def test_snippet(source: str, diagnostic: Diagnostic, expected: str) -> None:
    """One finding in the text format."""
    assert snippet(source, diagnostic) == expected


def test_unread_source() -> None:
    """A path without a known text gets no lines, and its notes become remarks."""
    findings = placed(Page(SPEC), ARTIFACT)
    assert text(findings, {}) == (
        f"error[artifact-not-yet-made]: {ARTIFACT.message}\n"
        "  --> pipelinegen.yaml:22:31\n"
        "   = note: pipelinegen.yaml:19:13: made here, at the same time\n"
        f"   = help: {ARTIFACT.hint}\n"
    )


@pytest.mark.parametrize(
    ("branch_rules", "hint", "expected"),
    [
        ((), None, "m"),
        ((), "h", "m; h"),
        (("feature/*",), None, "m (branch rule feature/*)"),
        (("a", "b"), "h", "m; h (branch rules a, b)"),
    ],
    ids=["message alone", "with hint", "one branch rule", "hint and several branch rules"],
)
def test_concise(branch_rules: tuple[str, ...], hint: str | None, expected: str) -> None:
    """Hint and branch rules follow the message where there are any."""
    diagnostic = Diagnostic("r", "m", Span(1, 2, 1, 3), hint=hint, branch_rules=branch_rules)
    assert concise(placed(Page(""), diagnostic)) == f"pipelinegen.yaml:1:2: error[r]: {expected}\n"


def test_hostile_text_is_one_visible_line() -> None:
    """Line breaks, escape codes, bidi and broken UTF-8 are spelt out on their line."""
    hostile = "a\n\x1b]8;;x\x07\u202e\u200b\ud800b"
    visible = r"a\n\x1b]8;;x\x07\u202e\u200b\ud800b"
    diagnostic = Diagnostic(
        hostile,
        hostile,
        Span(1, 1, 1, 2),
        label=hostile,
        hint=hostile,
        notes=(Note(Span(1, 1, 1, 2), hostile),),
        branch_rules=(hostile,),
    )
    findings = placed(Page("", name=hostile), diagnostic)
    head = f"error[{visible}]: {visible}"
    assert concise(findings) == f"{visible}:1:1: {head}; {visible} (branch rule {visible})\n"
    assert text(findings, {hostile: "x"}).splitlines() == [
        f"{head} (branch rule {visible})",
        f" --> {visible}:1:1",
        "  |",
        "1 | x",
        f"  | ^ {visible}",
        f"  | - {visible}",
        "  |",
        f"  = help: {visible}",
    ]
    assert summary(findings) == f"1 error in {visible}"
    assert as_json(findings).isascii()
    assert json.loads(as_json(findings))["findings"][0]["message"] == hostile


def test_place_sorts() -> None:
    """Findings are sorted by line, column, rule and message."""
    wanted = [
        Diagnostic("b", "b", Span(1, 1, 1, 1)),
        Diagnostic("a", "b", Span(1, 2, 1, 2)),
        Diagnostic("b", "a", Span(1, 2, 1, 2)),
        Diagnostic("b", "b", Span(1, 2, 1, 2)),
        Diagnostic("a", "a", Span(10, 1, 10, 1)),
    ]
    findings = placed(Page(""), *reversed(wanted))
    assert [finding.diagnostic for finding in findings] == wanted


def test_place_resolves() -> None:
    """Pointers become spans, of the key where asked for, also those of notes."""
    spans = Spans({("a", False): Span(1, 4, 1, 5), ("a", True): Span(1, 1, 1, 2)})
    diagnostic = Diagnostic(
        "r", "m", ("a",), notes=(Note(("a",), "key", on_key=True), Note(Span(2, 1, 2, 2), "b"))
    )
    (finding,) = placed(Page("", spans), diagnostic)
    assert finding == Finding(
        "pipelinegen.yaml",
        Span(1, 4, 1, 5),
        diagnostic,
        ((Span(1, 1, 1, 2), "key"), (Span(2, 1, 2, 2), "b")),
    )


def test_place_drops_what_would_print_the_same() -> None:
    """One fault reached by two pointers is told once; another hint is another finding."""
    here = Span(1, 1, 1, 2)
    spans = Spans({("a", False): here, ("b", False): here})
    same = [Diagnostic("r", "m", ("a",)), Diagnostic("r", "m", ("b",)), Diagnostic("r", "m", here)]
    assert placed(Page("", spans), *same) == placed(Page("", spans), same[0])
    other = Diagnostic("r", "m", here, hint="h")
    assert len(placed(Page("", spans), *same, other)) == 2


@pytest.mark.parametrize(
    ("severities", "expected"),
    [
        ([Severity.ERROR], "1 error in pipelinegen.yaml"),
        (
            [Severity.WARNING, Severity.ERROR, Severity.ERROR],
            "2 errors, 1 warning in pipelinegen.yaml",
        ),
        ([Severity.NOTE] * 2, "2 notes in pipelinegen.yaml"),
    ],
    ids=["one", "errors come first", "several notes"],
)
def test_summary(severities: list[Severity], expected: str) -> None:
    """The summary counts by severity."""
    found = [
        Diagnostic("r", str(number), Span(1, 1, 1, 1), severity=severity)
        for number, severity in enumerate(severities)
    ]
    assert summary(placed(Page(""), *found)) == expected


def test_summary_of_several_files() -> None:
    """More than one file is counted, not named."""
    findings = [placed(Page("", name=name), at(1, 1, 2))[0] for name in "ab"]
    assert summary(findings) == "2 errors in 2 files"


def test_text_of_several_files() -> None:
    """Each finding shows the lines of its own file."""
    findings = [placed(Page("", name=name), at(1, 1, 2))[0] for name in "ab"]
    shown = text(findings, {"a": "from a", "b": "from b"})
    assert shown.index("--> a:1:1") < shown.index("1 | from a") < shown.index("--> b:1:1")
    assert shown.index("--> b:1:1") < shown.index("1 | from b")


def test_long_line_is_cut_around_each_mark() -> None:
    """A line of 1 MiB shows only the neighbourhood of what is marked, once for each mark."""
    source = f"{'a' * 500_000}BAD{'b' * 500_000}WORSE"
    note = Note(Span(1, 1_000_004, 1, 1_000_009), "note")
    started = time.process_time()
    output = snippet(source, at(1, 500_001, 500_004, label="here", notes=(note,)), width=44)
    assert time.process_time() - started < 1
    assert output == (
        "error[r]: m\n"
        " --> pipelinegen.yaml:1:500001\n"
        "  |\n"
        f"1 | ...{'a' * 13}BAD{'b' * 24}...\n"
        f"  | {' ' * 16}^^^ here\n"
        f"1 | ...{'b' * 13}WORSE\n"
        f"  | {' ' * 16}----- note\n"
    )


def test_long_span_is_marked_as_far_as_it_is_shown() -> None:
    """A mark ends with the part of the line that is shown."""
    output = snippet("x" * 1000, at(1, 1, 1001), width=34).splitlines()
    assert output[3:] == [f"1 | {'x' * 20}...", f"  | {'^' * 20}"]


def test_width_counts_columns() -> None:
    """Wide characters count twice when a line is measured."""
    source = "日" * 40
    assert f"1 | {source}\n" in snippet(source, at(1, 1, 2), width=84)
    assert f"1 | {source}\n" not in snippet(source, at(1, 1, 2), width=83)


def test_colour_adds_nothing_but_escape_codes() -> None:
    """Colour is off by default; switched on, the text between the codes is the same."""
    plain = text(spec_findings(), {"pipelinegen.yaml": SPEC})
    colourful = text(spec_findings(), {"pipelinegen.yaml": SPEC}, color=True)
    assert "\x1b" not in plain
    assert "\x1b[1;31merror[unknown-key]\x1b[0m: unknown key 'when'\n" in colourful
    assert "\x1b[1;33mwarning[approval-beside-action]\x1b[0m" in colourful
    assert re.sub(r"\x1b\[[0-9;]*m", "", colourful) == plain


CHARACTERS = st.characters() | st.sampled_from("\t\n\r\x85\u2028\u202e\u0301\u200b日🚀\x1b\ud800")
TEXTS = st.text(CHARACTERS, max_size=60) | st.text("x日\u0301\t\x1b", max_size=200)
POSITIONS = st.integers(0, 300)
SPANS = st.builds(Span, POSITIONS, POSITIONS, POSITIONS, POSITIONS) | st.builds(
    Span, st.just(1), POSITIONS, st.just(1), POSITIONS
)
DIAGNOSTICS = st.builds(
    Diagnostic,
    TEXTS,
    TEXTS,
    SPANS,
    severity=st.sampled_from(Severity),
    hint=st.none() | TEXTS,
    label=st.none() | TEXTS,
    notes=st.lists(st.builds(Note, SPANS, TEXTS), max_size=3).map(tuple),
    branch_rules=st.lists(TEXTS, max_size=2).map(tuple),
)


def steering(output: str) -> set[str]:
    """Return the characters in `output` that do more than stand in their place."""
    kinds = ("Cc", "Cf", "Cs", "Zl", "Zp")
    return {character for character in output if unicodedata.category(character) in kinds}


@given(TEXTS, st.lists(DIAGNOSTICS, max_size=3), st.integers(-1, 200))
def test_any_text_and_any_spans(source: str, diagnostics: list[Diagnostic], width: int) -> None:
    """Whatever the text and wherever the spans, there is output, the same again, without codes."""
    findings = placed(Page(source), *diagnostics)
    sources = {"pipelinegen.yaml": source}
    output = text(findings, sources, width=width)
    assert output == text(findings, sources, width=width)
    assert steering(output) <= {"\n"}
    assert steering(as_json(findings)) <= {"\n"}
    assert not steering(summary(findings))
    lines = concise(findings)
    assert steering(lines) <= {"\n"}
    assert lines.count("\n") == len(findings)


@given(TEXTS, TEXTS.filter(lambda part: part.strip()), TEXTS, st.integers(20, 120))
def test_marks_stand_below_what_they_mark(head: str, part: str, tail: str, width: int) -> None:
    """The mark begins below the first column of the marked text, however wide what precedes it."""
    head, part, tail = (re.sub("[\n\r]", "", piece) for piece in (head, part, tail))
    found = at(1, len(head) + 1, len(head) + 1 + len(part))
    rows = snippet(f"{head}>{part}{tail}", found, width=width).splitlines()
    shown, mark = rows[3], rows[4]
    indentation = mark.index("^")
    edges = [columns(shown[:index]) for index in range(len(shown) + 1)]
    assert ">" in (shown[index] for index, edge in enumerate(edges[:-1]) if edge == indentation)


def test_secret_is_covered_wherever_its_line_is_shown() -> None:
    """A secret typed as text stands in no snippet, also not in that of a neighbour's fault."""
    source = "a: {token: hunter2, detectio: x}"
    marked = {"secret-as-text": Span(1, 12, 1, 19), "unknown-key": Span(1, 21, 1, 29)}
    findings = tuple(
        Finding("a.yaml", at, Diagnostic(rule, "found", at)) for rule, at in marked.items()
    )
    shown = text(findings, {"a.yaml": source})
    assert "hunter2" not in shown
    assert shown.count("1 | a: {token: *******, detectio: x}") == 2


def test_secret_of_several_lines_is_covered() -> None:
    """Every line of it, and nothing before or behind it."""
    source = "a: |\n  abc\n  def\nb: c"
    secret, after, last = Span(1, 4, 3, 6), Span(3, 3, 3, 6), Span(4, 1, 4, 2)
    findings = (
        Finding("a.yaml", secret, Diagnostic("secret-like-text", "a secret", secret)),
        Finding("a.yaml", after, Diagnostic("unknown-key", "unknown", after)),
        Finding("a.yaml", last, Diagnostic("unknown-key", "unknown", last)),
    )
    shown = text(findings, {"a.yaml": source})
    assert "def" not in shown
    assert "4 | b: c" in shown
