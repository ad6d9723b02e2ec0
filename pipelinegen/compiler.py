"""The whole spine: text to diagnostics, and without errors to one template for all branch rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from pipelinegen.branches import branch_rules
from pipelinegen.diagnostics import Diagnostic, Severity
from pipelinegen.document import Document, read
from pipelinegen.fragment import Template
from pipelinegen.model import Pipeline, Spec
from pipelinegen.ordering import ordered
from pipelinegen.resolve import resolve
from pipelinegen.wiring import wire


@dataclass(frozen=True, slots=True)
class Compilation:
    """What became of one spec; `spec` is None after errors of form, `template` after any error."""

    document: Document
    spec: Spec | None
    pipelines: Mapping[str, Pipeline]
    template: Template | None
    diagnostics: tuple[Diagnostic, ...]

    @property
    def failed(self) -> bool:
        """Tell whether an error stands in the way of a template."""
        return any(found.severity is Severity.ERROR for found in self.diagnostics)


def check(name: str, content: bytes, *, silence: bool = True) -> Compilation:
    """Read a spec and find everything that is wrong with it, gate by gate.

    With `silence` the ignoring comments of the spec take effect.
    """
    from pipelinegen import rules, schema
    from pipelinegen.bundled import schema as bundled_schema
    from pipelinegen.schema.acceptance import accepts
    from pipelinegen.silence import silenced

    document, found = read(name, content)
    found = found or rules.guarded(document.data)
    if _stops(found):
        return _refused(document, found)
    grammar = bundled_schema()
    if not accepts(document.data, grammar):
        found += schema.check(document.data, grammar)
    if _stops(found):
        return _refused(document, found)
    data = ordered(document.data)
    spec = Spec(data, branch_rules(data))
    if overload := rules.overloaded(spec):
        return _refused(document, overload)
    pipelines = {rule.id: wire(resolve(spec, rule)) for rule in spec.branch_rules}
    found += rules.run(spec, pipelines, grammar)
    if silence:
        found = silenced(document, found)
    return Compilation(document, spec, pipelines, None, _settled(found))


def compile_spec(name: str, content: bytes) -> Compilation:
    """Check a spec and, where no error stands in the way, make its template."""
    from pipelinegen.fold import fold
    from pipelinegen.limits import exceeded
    from pipelinegen.raw_order import settle_order
    from pipelinegen.template import SECTIONS

    checked = check(name, content)
    if checked.failed or checked.spec is None:
        return checked
    made = open_templates(checked.spec, checked.pipelines)
    folded = fold(
        settle_order({rule: one.body for rule, one in made.items()}),
        names={rule.id: rule.pascal for rule in checked.spec.branch_rules},
    )
    body = {section: folded[section] for section in SECTIONS if section in folded}
    origins = {logical: origin for one in made.values() for logical, origin in one.origins.items()}
    found = _settled((*checked.diagnostics, *exceeded(body)))
    template = None if _stops(found) else Template(body, origins)
    return replace(checked, template=template, diagnostics=found)


def open_templates(spec: Spec, pipelines: Mapping[str, Pipeline]) -> dict[str, Template]:
    """Return branch rule id → that rule's template, which may still ask the mapping for values."""
    from pipelinegen.scope import whole
    from pipelinegen.template import template

    shared = whole(spec, pipelines)
    return {rule: template(pipeline, shared) for rule, pipeline in pipelines.items()}


def _refused(document: Document, found: Iterable[Diagnostic]) -> Compilation:
    return Compilation(document, None, {}, None, _settled(found))


def _stops(found: Iterable[Diagnostic]) -> bool:
    return any(diagnostic.severity is Severity.ERROR for diagnostic in found)


def _settled(found: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """Return each finding once, in a stable order; places are sorted where spans are known."""
    return tuple(dict.fromkeys(found))
