"""Adds to ministack what our templates need and it lacks: resource types, and CodePipeline.

Not all of what it touches is ministack's public interface, hence the pin in emulator.txt: three
tables of the provisioners, two services' stores that are only read, what change sets compare, and
one function when slowed.
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable, Coroutine, Mapping
from types import ModuleType
from typing import Any
from urllib.parse import parse_qsl, urlencode

from ministack import app
from ministack.core import responses, router
from ministack.services import codebuild, iam
from ministack.services.cloudformation import changesets, provisioners, stacks

from tests.emulator.codepipeline import Refused, Service
from tests.emulator.executions import Action
from tests.emulator.resource_types import REPLACING, Surroundings, handlers

_NAME = "codepipeline"
_TYPE = "application/x-amz-json-1.1"
_pipelines = responses.AccountRegionScopedDict()

_BY_NAME = {"DescribeChangeSet", "ExecuteChangeSet", "ListChangeSets"}

Answer = tuple[int, dict[str, str], bytes]
Handler = Callable[
    [str, str, Mapping[str, str], bytes, Mapping[str, Any]], Coroutine[Any, Any, Answer]
]


def install(*, pace: float) -> None:
    """Add the types and the service; each change of a resource takes `pace` seconds."""
    surroundings = Surroundings(
        region=responses.get_region,
        account=responses.get_account_id,
        pipelines=_pipelines,
        roles=iam._roles,
    )
    types = provisioners._RESOURCE_HANDLERS
    types.update(handlers(surroundings))
    if pace:
        # on a thread of its own a resource that waits holds up nobody else
        stacks._runs_on_worker_thread = lambda _type: True
        types.update({name: _slowed(type_, pace) for name, type_ in types.items()})
    provisioners._REPLACING_PROPERTIES.update(REPLACING)
    # a pipeline takes over the tags of its stack
    provisioners._STACK_TAG_PROPERTY["AWS::CodePipeline::Pipeline"] = ("Tags", "list")

    changesets._resolve_props_for_diff = _live(changesets._resolve_props_for_diff)
    app.SERVICE_HANDLERS["cloudformation"] = _by_name(app.SERVICE_HANDLERS["cloudformation"])

    # ministack finds a service by its module: to answer, and to forget at a reset
    module = ModuleType(f"ministack.services.{_NAME}")
    vars(module).update(handle_request=_handle_request, reset=_pipelines.clear)
    sys.modules[module.__name__] = module
    app.SERVICE_REGISTRY[_NAME] = {"module": _NAME}
    app.SERVICE_HANDLERS[_NAME] = _handle_request
    router.SERVICE_PATTERNS[_NAME] = {"target_prefixes": ["CodePipeline_20150709"]}


def _live(resolve: Callable[..., Any]) -> Callable[..., Any]:
    """Return what change sets compare without the resources whose condition is false.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/conditions-section-structure.html
    """

    def live(template: Mapping[str, Any], values: Any, *others: Any) -> dict[str, Any]:
        resolved = resolve(template, values, *others).get("Resources", {})
        met = changesets._evaluate_conditions(template, values) if template else {}
        return {
            "Resources": {
                name: resource
                for name, resource in resolved.items()
                if met.get(resource.get("Condition"), True)
            }
        }

    return live


def _by_name(handle: Handler) -> Handler:
    """Return a CloudFormation that finds a change set by the id of its stack as well.

    https://docs.aws.amazon.com/AWSCloudFormation/latest/APIReference/API_DescribeChangeSet.html
    """

    async def handle_request(
        method: str, path: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
    ) -> Answer:
        request = dict(parse_qsl(body.decode(), keep_blank_values=True))
        if request.get("Action") in _BY_NAME and ":stack/" in request.get("StackName", ""):
            request["StackName"] = request["StackName"].split("/")[1]
            body = urlencode(request).encode()
        return await handle(method, path, headers, body, query)

    return handle_request


def _slowed(type_: Mapping[str, Any], pace: float) -> dict[str, Any]:
    def slowed(act: Callable[..., Any]) -> Callable[..., Any]:
        def wait_and_act(*arguments: Any) -> Any:
            time.sleep(pace)
            return act(*arguments)

        return wait_and_act

    acts = {name: slowed(type_[name]) for name in ("create", "update", "delete") if name in type_}
    return {**type_, **acts}


async def _handle_request(
    _method: str, _path: str, headers: Mapping[str, str], body: bytes, _query: Mapping[str, Any]
) -> Answer:
    operation = headers["x-amz-target"].partition(".")[2]
    service = Service(
        pipelines=_pipelines,
        now=time.time(),
        region=responses.get_region(),
        account=responses.get_account_id(),
        fault=_fault,
    )
    try:
        answer = service.answer(operation, json.loads(body))
    except Refused as refused:
        text = {"__type": refused.code, "message": refused.message}
        return 400, {"Content-Type": _TYPE, "x-amzn-errortype": refused.code}, _bytes(text)
    return 200, {"Content-Type": _TYPE}, _bytes(answer)


def _fault(action: Action) -> str | None:
    """Say why an action fails: of all there is, only whether its project exists is known here."""
    if action["actionTypeId"]["provider"] != "CodeBuild":
        return None
    project = action["configuration"]["ProjectName"]
    account = action["roleArn"].split(":")[4] if "roleArn" in action else responses.get_account_id()
    region = action["region"]
    if codebuild._projects.contains_scoped(account, region, project):
        return None
    arn = f"arn:aws:codebuild:{region}:{account}:project/{project}"
    return f"Error calling startBuild: Project cannot be found: {arn}"


def _bytes(answer: Mapping[str, Any]) -> bytes:
    return json.dumps(answer, ensure_ascii=False).encode()
