"""What CloudFormation makes of a template: its parameters checked, its functions carried out."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tests.fake_aws.model import JSON, Refused

_NOTHING = object()
"""AWS::NoValue: what holds it goes."""

KNOWN_LATER = "{{changeSet:KNOWN_AFTER_APPLY}}"
"""How a change set writes what a resource is yet to tell."""

LONGEST_BODY = 51_200
LONGEST_OBJECT = 1_000_000
_IN_TEXT = re.compile(r"\$\{(!?)([^}]+)\}")
_NAMED = {
    "AWS::IAM::Group": "GroupName",
    "AWS::IAM::InstanceProfile": "InstanceProfileName",
    "AWS::IAM::ManagedPolicy": "ManagedPolicyName",
    "AWS::IAM::Role": "RoleName",
    "AWS::IAM::User": "UserName",
}


def invalid(message: str) -> Refused:
    """Return CloudFormation's word for nearly everything."""
    return Refused("ValidationError", message)


def read(text: str) -> JSON:
    """Return a template, which must be JSON; raise Refused for what CloudFormation would."""
    try:
        body = json.loads(text)
    except ValueError:
        raise invalid("Template format error: unsupported structure.") from None
    if not isinstance(body, dict) or not body.get("Resources"):
        raise invalid("Template format error: At least one Resources member must be defined.")
    known = {*body["Resources"], *body.get("Parameters", {})}
    missing = sorted(name for name in _mentioned(body["Resources"]) if name not in known)
    if missing:
        text = f"Unresolved resource dependencies [{', '.join(missing)}] in the Resources block"
        raise invalid(f"Template format error: {text} of the template")
    return body


def needs(body: JSON) -> str | None:
    """Return the capability that a template needs."""
    kinds = [one for one in body["Resources"].values() if one["Type"].startswith("AWS::IAM::")]
    if any(_NAMED.get(one["Type"]) in one.get("Properties", {}) for one in kinds):
        return "CAPABILITY_NAMED_IAM"
    return "CAPABILITY_IAM" if kinds else None


@dataclass(frozen=True, slots=True)
class Made:
    """A resource as the template wants it, its functions carried out."""

    type: str
    properties: JSON
    waits_for: tuple[str, ...]
    deletion_policy: str
    replace_policy: str
    metadata: JSON


@dataclass(slots=True)
class Evaluation:
    """A template with the values of its parameters.

    `known` tells what a Ref (None) or an attribute of a resource is.
    """

    body: JSON
    values: Mapping[str, str]
    pseudo: Mapping[str, str]
    known: Callable[[str, str | None], str]
    imported: Callable[[str], str] = lambda name: name
    _mentions: list[str] = field(default_factory=list)

    def resources(self) -> dict[str, Made]:
        """Return the resources whose conditions hold."""
        return {
            name: self.resource(name)
            for name, one in self.body["Resources"].items()
            if self._holds(one.get("Condition"))
        }

    def resource(self, name: str) -> Made:
        """Return one resource."""
        one = self.body["Resources"][name]
        self._mentions = []
        properties = self.value(one.get("Properties", {}))
        after = one.get("DependsOn", [])
        before = {*self._mentions, *([after] if isinstance(after, str) else after)} - {name}
        present = self.body["Resources"]
        return Made(
            type=one["Type"],
            properties=properties,
            waits_for=tuple(
                sorted(
                    other
                    for other in before
                    if other in present and self._holds(present[other].get("Condition"))
                )
            ),
            deletion_policy=one.get("DeletionPolicy", "Delete"),
            replace_policy=one.get("UpdateReplacePolicy", "Delete"),
            metadata=one.get("Metadata", {}),
        )

    def outputs(self) -> dict[str, JSON]:
        """Return the outputs whose conditions hold, as DescribeStacks shows them."""
        found = {}
        for name, one in self.body.get("Outputs", {}).items():
            if self._holds(one.get("Condition")):
                shown = {"OutputKey": name, "OutputValue": str(self.value(one["Value"]))}
                if "Description" in one:
                    shown["Description"] = one["Description"]
                if "Export" in one:
                    shown["ExportName"] = self.value(one["Export"]["Name"])
                found[name] = shown
        return found

    def value(self, node: Any) -> Any:
        """Return a node with its functions carried out."""
        if isinstance(node, list):
            found = [self.value(one) for one in node]
            return [one for one in found if one is not _NOTHING]
        if not isinstance(node, dict):
            return node
        if len(node) == 1:
            name, argument = next(iter(node.items()))
            if name == "Ref" or name.startswith("Fn::"):
                function: Callable[[Any], Any] = getattr(
                    self, "_" + name.removeprefix("Fn::").lower()
                )
                return function(argument)
        found_in = {key: self.value(one) for key, one in node.items()}
        return {key: one for key, one in found_in.items() if one is not _NOTHING}

    def _ref(self, name: str) -> Any:
        if name == "AWS::NoValue":
            return _NOTHING
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.values:
            return self._parameter(name)
        self._mentions.append(name)
        return self.known(name, None)

    def _parameter(self, name: str) -> Any:
        value = self.values[name]
        return value.split(",") if "List" in self.body["Parameters"][name]["Type"] else value

    def _getatt(self, argument: Any) -> str:
        name, attribute = argument.split(".", 1) if isinstance(argument, str) else argument
        self._mentions.append(name)
        return self.known(name, self.value(attribute))

    def _sub(self, argument: Any) -> str:
        text, more = (argument, {}) if isinstance(argument, str) else argument
        values = self.value(more)

        def one(match: re.Match[str]) -> str:
            if match[1]:
                return "${" + match[2] + "}"
            name = match[2].strip()
            if name in values:
                return str(values[name])
            return str(self._getatt(name) if "." in name else self._ref(name))

        return _IN_TEXT.sub(one, text)

    def _if(self, argument: list[Any]) -> Any:
        return self.value(argument[1] if self._holds(argument[0]) else argument[2])

    def _findinmap(self, argument: list[Any]) -> Any:
        name, first, second = (self.value(one) for one in argument[:3])
        try:
            return self.body["Mappings"][name][first][second]
        except KeyError:
            where = f"map: {name}, top level key: {first}, second level key: {second}"
            text = f"Template error: Unable to get mapping for {where}"
            raise invalid(text) from None

    def _join(self, argument: list[Any]) -> str:
        return str(argument[0]).join(str(one) for one in self.value(argument[1]))

    def _split(self, argument: list[Any]) -> list[str]:
        return str(self.value(argument[1])).split(argument[0])

    def _select(self, argument: list[Any]) -> Any:
        return self.value(argument[1])[int(self.value(argument[0]))]

    def _base64(self, argument: Any) -> str:
        return base64.b64encode(str(self.value(argument)).encode()).decode()

    def _getazs(self, argument: Any) -> list[str]:
        region = self.value(argument) or self.pseudo["AWS::Region"]
        return [f"{region}{letter}" for letter in "abc"]

    def _importvalue(self, argument: Any) -> str:
        return self.imported(self.value(argument))

    def _holds(self, name: str | None) -> bool:
        return name is None or self._true(self.body["Conditions"][name])

    def _true(self, node: JSON) -> bool:
        name, argument = next(iter(node.items()))
        if name == "Condition":
            return self._holds(argument)
        if name == "Fn::Equals":
            left, right = (self.value(one) for one in argument)
            return str(left) == str(right)
        found = [self._true(one) for one in argument]
        return not found[0] if name == "Fn::Not" else (all if name == "Fn::And" else any)(found)


def imports(body: JSON, evaluation: Evaluation) -> set[str]:
    """Return the exports that a template imports."""
    found: set[str] = set()

    def walk(node: Any) -> None:
        if isinstance(node, dict):
            for key, one in node.items():
                if key == "Fn::ImportValue":
                    found.add(str(evaluation.value(one)))
                walk(one)
        elif isinstance(node, list):
            for one in node:
                walk(one)

    walk(body)
    return found


def _mentioned(node: Any) -> set[str]:
    """Return the logical names that references use; pseudo parameters hold a colon."""
    if isinstance(node, list):
        return set().union(*(_mentioned(one) for one in node))
    if not isinstance(node, dict):
        return set()
    found: set[str] = set()
    for key, one in node.items():
        if key == "Ref":
            found |= {one}
        elif key == "Fn::GetAtt":
            found |= {one.split(".")[0] if isinstance(one, str) else one[0]}
        elif key == "Fn::Sub":
            text, own = (one, {}) if isinstance(one, str) else one
            names = {match[1].split(".")[0] for match in re.finditer(r"\$\{([^!}][^}]*)\}", text)}
            found |= names - own.keys() | _mentioned(own)
        else:
            found |= _mentioned(one)
    return {name for name in found if ":" not in name}
