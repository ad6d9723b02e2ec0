"""The function of the starter custom-job, run against clients that know AWS's service models."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cache
from types import SimpleNamespace
from typing import Any

import pytest

from pipelinegen import bundled
from pipelinegen.compiler import compile_spec

JSON = Any

JOB = "11111111-abcd-1111-abcd-111111abcdef"
SNAPSHOT = f"production-{JOB}"
SECRETS = ("ASIATESTKEY", "test-secret", "test-token")
PARAMETERS = '{"database":"production"}'


@cache
def code() -> str:
    """Return the code as it stands in the template that the starter becomes."""
    compiled = compile_spec("custom-job", bundled.starter("custom-job").encode())
    assert compiled.template is not None
    function = compiled.template.body["Resources"]["SnapshotFunction"]["Properties"]
    assert (function["Handler"], function["Runtime"]) == ("index.handler", "python3.13")
    return str(function["Code"]["ZipFile"])


@cache
def model(service: str) -> Any:
    """Return botocore's model of a service."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel

    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


def excesses(shape: Any, value: JSON) -> Iterator[str]:
    """Yield what the service refuses and botocore does not look for: lengths, patterns, enums."""
    if shape.type_name == "structure":
        for name, item in value.items():
            yield from excesses(shape.members[name], item)
    elif shape.type_name == "map":
        for name, item in value.items():
            yield from (*excesses(shape.key, name), *excesses(shape.value, item))
    elif shape.type_name == "list":
        for item in value:
            yield from excesses(shape.member, item)
    elif shape.type_name == "string":
        limits = shape.metadata
        if len(value) > limits.get("max", len(value)):
            yield f"{shape.name} is too long"
        if not re.fullmatch(limits.get("pattern", ".*"), value, re.DOTALL):
            yield f"{shape.name} does not match"
        if value not in limits.get("enum", [value]):
            yield f"{shape.name} knows no {value}"


class Client:
    """A client that takes and gives only what the model of its service does."""

    def __init__(self, service: str, **answers: Callable[..., JSON]) -> None:
        from botocore import xform_name
        from botocore.errorfactory import ClientExceptionsFactory

        self._operations = {
            xform_name(name): model(service).operation_model(name)
            for name in model(service).operation_names
        }
        self._answers = answers
        self.exceptions = ClientExceptionsFactory().create_client_exceptions(model(service))
        self.calls: list[tuple[str, JSON]] = []

    def __getattr__(self, name: str) -> Callable[..., JSON]:
        from botocore.exceptions import ParamValidationError
        from botocore.validate import ParamValidator

        operation = self._operations[name]

        def call(**parameters: JSON) -> JSON:
            report = ParamValidator().validate(parameters, operation.input_shape)
            if report.has_errors():
                raise ParamValidationError(report=report.generate_report())
            assert list(excesses(operation.input_shape, parameters)) == []
            self.calls.append((name, parameters))
            answer = self._answers[name](**parameters)
            if operation.output_shape is not None:
                wrong = ParamValidator().validate(answer, operation.output_shape)
                assert not wrong.has_errors(), wrong.generate_report()
            return answer

        return call

    def fail(self, code: str, message: str = "refused") -> JSON:
        """Raise the exception that botocore makes of an answer with this error code."""
        raise self.exceptions.from_code(code)({"Error": {"Code": code, "Message": message}}, "any")


@dataclass
class Cloud:
    """CodePipeline with one job and RDS with one database, whose snapshots take some looks."""

    looks: int = 0
    outcome: str = "available"
    answered: bool = False
    snapshots: dict[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.codepipeline = Client(
            "codepipeline", put_job_success_result=self._success, put_job_failure_result=self._end
        )
        self.rds = Client(
            "rds", create_db_snapshot=self._create, describe_db_snapshots=self._describe
        )

    def client(self, service: str) -> Client:
        """Stand for `boto3.client`."""
        return {"codepipeline": self.codepipeline, "rds": self.rds}[service]

    @property
    def results(self) -> list[tuple[str, JSON]]:
        """What CodePipeline was told, call by call."""
        return self.codepipeline.calls

    def _success(self, **result: JSON) -> None:
        assert not {"outputVariables", "continuationToken"} <= set(result), "AWS refuses both"
        if "continuationToken" not in result:
            self._end(**result)

    def _end(self, **_result: JSON) -> None:
        if self.answered:
            self.codepipeline.fail("InvalidJobStateException")
        self.answered = True

    def _create(self, **named: str) -> JSON:
        database = named["DBInstanceIdentifier"]
        if database != "production":
            self.rds.fail("DBInstanceNotFound", f"{database} is not here")
        name = named["DBSnapshotIdentifier"]
        if name in self.snapshots:
            self.rds.fail("DBSnapshotAlreadyExists")
        self.snapshots[name] = self.looks
        return {"DBSnapshot": {"DBSnapshotIdentifier": name}}

    def _describe(self, **named: str) -> JSON:
        name = named["DBSnapshotIdentifier"]
        if name not in self.snapshots:
            self.rds.fail("DBSnapshotNotFound")
        left = self.snapshots[name]
        self.snapshots[name] = max(left - 1, 0)
        status = {"Status": "creating" if left else self.outcome}
        return {"DBSnapshots": [status | {"PercentProgress": 100 - left}]}


Call = Callable[..., tuple[str, JSON]]


@pytest.fixture
def call(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Call:
    """Call the function as CodePipeline does; return what it answered, and see it keep secrets."""

    def invoke(cloud: Cloud, *, token: str | None = None, text: str | None = PARAMETERS) -> Any:
        monkeypatch.setitem(sys.modules, "boto3", SimpleNamespace(client=cloud.client))
        module: dict[str, Any] = {"__name__": "index"}
        exec(compile(code(), "index.py", "exec"), module)
        module["handler"](_event(token, text), None)
        told = json.dumps([cloud.results, cloud.rds.calls]) + "".join(capsys.readouterr())
        assert [secret for secret in SECRETS if secret in told] == []
        return cloud.results[-1]

    return invoke


def _event(token: str | None, text: str | None) -> JSON:
    """https://docs.aws.amazon.com/codepipeline/latest/userguide/actions-invoke-lambda-function.html"""
    key, secret, session = SECRETS
    configuration = {"FunctionName": "snapshot"} | (
        {} if text is None else {"UserParameters": text}
    )
    data = {
        "actionConfiguration": {"configuration": configuration},
        "inputArtifacts": [],
        "outputArtifacts": [],
        "artifactCredentials": {
            "accessKeyId": key,
            "secretAccessKey": secret,
            "sessionToken": session,
        },
    }
    data |= {} if token is None else {"continuationToken": token}
    return {"CodePipeline.job": {"id": JOB, "accountId": "111111111111", "data": data}}


DONE = ("put_job_success_result", {"jobId": JOB, "outputVariables": {"Snapshot": SNAPSHOT}})


def test_long_job(call: Call) -> None:
    """The job is started once, the function asks to be called again until it is done."""
    cloud = Cloud(looks=3)
    name, result = call(cloud)
    for left in (2, 1):
        assert name == "put_job_success_result"
        assert result["continuationToken"] == SNAPSHOT
        assert result["executionDetails"]["percentComplete"] == 99 - left
        assert "outputVariables" not in result
        name, result = call(cloud, token=result["continuationToken"])
    assert call(cloud, token=result["continuationToken"]) == DONE
    assert [made for made, _ in cloud.rds.calls].count("create_db_snapshot") == 1
    assert cloud.answered


def test_short_job(call: Call) -> None:
    """A job that is done at once is answered at once."""
    assert call(Cloud()) == DONE


def test_second_start(call: Call) -> None:
    """A first call that broke off before its answer does no harm: the job goes on."""
    cloud = Cloud(looks=1)
    cloud.client("rds").create_db_snapshot(
        DBInstanceIdentifier="production", DBSnapshotIdentifier=SNAPSHOT
    )
    name, result = call(cloud)
    assert (name, result["continuationToken"]) == ("put_job_success_result", SNAPSHOT)
    assert call(cloud, token=SNAPSHOT) == DONE


def test_answered_already(call: Call) -> None:
    """A job that has its result, or was stopped, is no reason to fail."""
    cloud = Cloud(answered=True)
    assert call(cloud) == DONE
    assert call(cloud, text="nonsense")[0] == "put_job_failure_result"


@pytest.mark.parametrize("outcome", ["failed", "deleting"])
@pytest.mark.parametrize("looks", [0, 1])
def test_failing_job(call: Call, outcome: str, looks: int) -> None:
    """A job that fails fails the action, and the message says why."""
    cloud = Cloud(looks=looks, outcome=outcome)
    if looks:
        call(cloud)
    name, result = call(cloud, token=SNAPSHOT if looks else None)
    details = {"type": "JobFailed", "message": f"RuntimeError: snapshot {SNAPSHOT} is {outcome}"}
    assert (name, result) == ("put_job_failure_result", {"jobId": JOB, "failureDetails": details})


@pytest.mark.parametrize(
    ("token", "text", "part"),
    [
        pytest.param(None, '{"database":"gone"}', "gone is not here", id="no such database"),
        pytest.param(None, '{"database":"' + "a" * 9000 + '"}', "aaaa", id="a long message"),
        pytest.param("lost", PARAMETERS, "DBSnapshotNotFound", id="the job is lost"),
    ],
)
def test_refusal(call: Call, token: str | None, text: str, part: str) -> None:
    """What AWS refuses fails the action, with AWS's words."""
    name, result = call(Cloud(), token=token, text=text)
    assert name == "put_job_failure_result"
    assert result["failureDetails"]["type"] == "JobFailed"
    assert part in result["failureDetails"]["message"]


@pytest.mark.parametrize(
    "text", [None, "", "production", "[]", "3", "null", "{}", '{"Database":"a"}']
)
def test_malformed_parameters(call: Call, text: str | None) -> None:
    """Parameters that say no database fail the action with what to write instead."""
    cloud = Cloud()
    name, result = call(cloud, text=text)
    assert name == "put_job_failure_result"
    assert result["failureDetails"]["type"] == "ConfigurationError"
    assert 'such as {"database": "name"}' in result["failureDetails"]["message"]
    assert cloud.rds.calls == []


def test_lost_answer(call: Call) -> None:
    """An answer that does not arrive raises, so that Lambda calls the function once more."""
    cloud = Cloud()
    cloud.codepipeline = Client(
        "codepipeline",
        put_job_success_result=lambda **_: cloud.codepipeline.fail("JobNotFoundException"),
    )
    with pytest.raises(cloud.codepipeline.exceptions.JobNotFoundException):
        call(cloud)


def test_models_refuse() -> None:
    """The clients of this test refuse what AWS would: a wrong type, a wrong word, a long text."""
    from botocore.exceptions import ParamValidationError

    client = Client("codepipeline", put_job_failure_result=lambda **_: None)
    with pytest.raises(ParamValidationError):
        client.put_job_failure_result(jobId=JOB)
    for details in ({"type": "Bad", "message": "a"}, {"type": "JobFailed", "message": "a" * 5001}):
        with pytest.raises(AssertionError):
            client.put_job_failure_result(jobId=JOB, failureDetails=details)


def test_length_of_the_code() -> None:
    """The code is short enough to be read, and for a template."""
    assert len(code().splitlines()) <= 60
    assert len(code().encode()) < 4096
