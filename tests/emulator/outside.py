"""What a template expects to be in the account already, made before its stack."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from tests.emulator.account import Account
from tests.emulator.small import TRUST

JSON = Any
GIVEN = {"Partner": "222222222222", "Token": "secret"}
"""Values of parameters that must have a certain form."""

_ROLE = "arn:aws:iam::111111111111:role/given"


def provide(account: Account, template: JSON) -> dict[str, str]:
    """Make parameters, secrets, exports and roles; return the parameters that must be given."""
    text = json.dumps(template)
    secrets: dict[str, dict[str, str]] = {}
    for name, key in re.findall(r"resolve:secretsmanager:([\w/-]+):SecretString:(\w+)", text):
        secrets.setdefault(name, {})[key] = "secret"
    for name, values in secrets.items():
        account.secrets.create_secret(Name=name, SecretString=json.dumps(values))
    for role in {_ROLE, *re.findall(r'"RoleArn": "(arn:aws:iam::111111111111:role/[^"]+)"', text)}:
        path, _, name = role.partition(":role")[2].rpartition("/")
        account.roles.create_role(
            RoleName=name, Path=f"{path}/", AssumeRolePolicyDocument=json.dumps(TRUST)
        )
    if names := sorted(set(_imported(template))):
        account.deploy("exports", _exporting(names))
    declared = template["Parameters"]
    looked_up = {one["Default"] for one in declared.values() if one["Type"].startswith("AWS::SSM")}
    for name in looked_up.union(re.findall(r"resolve:ssm:([\w/-]+)", text)):
        account.parameters.put_parameter(Name=name, Value="given", Type="String")
    return {name: GIVEN.get(name, _ROLE) for name, one in declared.items() if "Default" not in one}


def _imported(node: JSON) -> Iterator[str]:
    if isinstance(node, dict):
        if "Fn::ImportValue" in node:
            yield node["Fn::ImportValue"]
        for value in node.values():
            yield from _imported(value)
    elif isinstance(node, list):
        for value in node:
            yield from _imported(value)


def _exporting(names: list[str]) -> JSON:
    return {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {
            f"Export{number}": {"Value": {"Ref": "Topic"}, "Export": {"Name": name}}
            for number, name in enumerate(names)
        },
    }
