"""One form for a pipeline as a template declares it and as GetPipeline returns it."""

from __future__ import annotations

import json

from pipelinegen.intrinsics import JSON, canonical, is_intrinsic
from pipelinegen.records import Declaration

_UNTOLD = ("DisableInboundStageTransitions", "RestartExecutionOnUpdate", "Tags")
"""Properties that GetPipeline does not return.

https://docs.aws.amazon.com/codepipeline/latest/APIReference/API_PipelineDeclaration.html
"""

_DEFAULTS = {"ExecutionMode": "SUPERSEDED", "PipelineType": "V1"}
"""What a pipeline is where nothing is written.

https://docs.aws.amazon.com/codepipeline/latest/userguide/pipeline-types-planning.html
"""

_FREE = "Configuration"
"""The one map whose keys are the provider's, the same in both forms."""


def from_template(properties: JSON, home: str) -> JSON:
    """Return the comparable form of a template's properties; `home` is the pipeline's region."""
    told = {key: value for key, value in properties.items() if key not in _UNTOLD}
    return _normal(told, home)


def from_declaration(declaration: Declaration, home: str) -> JSON:
    """Return the comparable form of what GetPipeline says.

    CloudFormation's names are the API's with a capital, but for the artifact stores, which are a
    map there and a list here.
    """
    whole = {key: value for key, value in declaration.items() if key != "version"}
    if "artifactStores" in whole:
        stores = whole["artifactStores"].items()
        whole["artifactStores"] = [
            {"region": region, "artifactStore": store} for region, store in stores
        ]
    return _normal(_capital(whole), home)


def _capital(value: JSON) -> JSON:
    if isinstance(value, list):
        return [_capital(item) for item in value]
    if not isinstance(value, dict):
        return value
    named = {f"{key[:1].upper()}{key[1:]}": content for key, content in value.items()}
    return {key: each if key == _FREE else _capital(each) for key, each in named.items()}


def _normal(properties: JSON, home: str) -> JSON:
    told = _plain(properties, home)
    if isinstance(stores := told.get("ArtifactStores"), list):
        told["ArtifactStores"] = sorted(stores, key=lambda store: canonical(store.get("Region")))
    return {key: value for key, value in told.items() if _DEFAULTS.get(key) != value}


def _plain(value: JSON, home: str) -> JSON:
    """Write every literal as text, and leave out what means the same as nothing."""
    if is_intrinsic(value):
        return value
    if isinstance(value, list):
        # One item that may be missing moves all the others: nothing can be said of such a list.
        unsettled = (item for item in value if is_intrinsic(item) and "Fn::If" in item)
        return next(unsettled, [_plain(item, home) for item in value])
    if not isinstance(value, dict):
        return value if isinstance(value, str) else json.dumps(value)
    plain = {key: _plain(content, home) for key, content in value.items()}
    return {
        key: content
        for key, content in plain.items()
        if content not in ([], {}, "null") and not _is_default(key, content, value, home)
    }


def _is_default(key: str, content: JSON, owner: JSON, home: str) -> bool:
    """Tell whether an action says what it would be anyway.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-requirements.html
    """
    if key == "RunOrder":
        return bool(content == "1")
    performed = "ActionTypeId" in owner or "RuleTypeId" in owner
    return key == "Region" and performed and bool(content == home)
