"""Templates know no partition: what we generate deploys in China and in GovCloud as it is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from pipelinegen.specialise import specialise
from tests import gates, rights
from tests.test_goldens import compiled, resolved

JSON = Any

PARTITIONS = {"aws-cn": "cn-north-1", "aws-us-gov": "us-gov-west-1"}
# The name of a service is the same in every partition; the domain of an endpoint is not.
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html
PRINCIPAL = re.compile(r"[a-z0-9-]+\.amazonaws\.com")
HOST = re.compile(r"[a-z0-9.-]*\.amazonaws\.[a-z.]+")
ARN = re.compile(r"arn:aws[a-z-]*:[^:]*:[^:]*:[^:]*:")
"""An ARN up to its account; the rest may be longer than what a spec wrote, as in `<ARN>:*`."""

every_spec = pytest.mark.parametrize("spec", gates.SPECS, ids=gates.label)


def texts(value: JSON) -> Iterator[str]:
    """Yield every text in a template, keys included."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from (key, *texts(item))
    elif isinstance(value, list):
        for item in value:
            yield from texts(item)


@every_spec
def test_no_partition(spec: Any) -> None:
    """No template holds an ARN with a partition, or a domain, that its spec did not write."""
    template = compiled(spec).template
    assert template is not None
    written = spec.read_text(encoding="utf-8")
    found = [text for text in texts(template.body) if not PRINCIPAL.fullmatch(text)]
    named = [part for text in found for part in (*ARN.findall(text), *HOST.findall(text))]
    assert [part for part in named if part not in written] == []


@every_spec
@pytest.mark.parametrize("partition", PARTITIONS)
def test_rights(spec: Any, partition: str) -> None:
    """Every ARN that a role is granted lies in the partition of the stack."""
    written = spec.read_text(encoding="utf-8")
    place = {"AWS::Partition": partition, "AWS::Region": PARTITIONS[partition]}
    arns = [
        text
        for template in resolved(spec).values()
        for _, statement in rights.grants(specialise(template, rights.BINDINGS | place))
        for text in texts(statement["Resource"])
    ]
    others = {part for arn in arns for part in ARN.findall(arn) if f"arn:{partition}:" not in part}
    assert {part for part in others if part not in written} == set()


def test_partitions_are_seen() -> None:
    """The check sees our templates: what we generate names the partition of the stack."""
    bound = specialise(gates.for_branches()["store/readers"], {"AWS::Partition": "aws-cn"})
    found = {part for text in texts(bound) for part in ARN.findall(text)}
    assert {part.split(":")[1] for part in found} == {"aws-cn"}
    assert HOST.findall("1.dkr.ecr.eu-west-1.amazonaws.com/any") == [
        "1.dkr.ecr.eu-west-1.amazonaws.com"
    ]
