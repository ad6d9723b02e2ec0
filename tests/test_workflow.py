"""`init --ci` writes a workflow that runs `sync` from the default branch, without a stored key."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from pipelinegen import __version__, bundled
from pipelinegen.commands.init import HOSTS
from pipelinegen.workflow import PLACES
from tests.conftest import ROOT, Run

SPEC = """\
pipeline: shop
branches: [{branch: main}]
sources: [{codecommit: {repository-name: shop}}]
stages: [{stage: Go, actions: [approval: {}]}]
"""
GUARDED = SPEC + 'account: "111111111111"\nregion: eu-west-1\n'
SYNC = "pipelinegen sync --prune --yes"
INSTALL = f"python -m pip install --quiet pipelinegen=={__version__}"

every_host = pytest.mark.parametrize("host", HOSTS)


def written(run: Run, host: str, spec: str = GUARDED) -> str:
    """Return the workflow of a host for a spec in the current folder."""
    Path("pipelinegen.yaml").write_text(spec)
    done = run("init", "--ci", host)
    assert (done.exit_code, done.stdout) == (0, ""), done.output
    return Path(PLACES[host].path).read_text(encoding="utf-8")


def loaded(run: Run, host: str) -> Any:
    return yaml.load(written(run, host), yaml.BaseLoader)  # in YAML 1.1 `on` would be true


def test_list() -> None:
    """The hosts of the command, of the code and of the folder are the same."""
    files = {path.stem for path in (ROOT / "templates" / "ci").iterdir()}
    assert set(HOSTS) == set(PLACES) == files


@every_host
def test_pinned_and_without_keys(run: Run, host: str) -> None:
    """The version is pinned, the role is the spec's account's, and nothing is left to fill in."""
    text = written(run, host)
    assert INSTALL in text
    assert SYNC in text
    assert "arn:aws:iam::111111111111:role/shop-pipelinegen-ci" in text
    assert "eu-west-1" in text
    assert not re.search(r"<\w+>", text)
    assert not re.search(r"ACCESS_KEY|secrets\.", text)


@every_host
def test_without_guards(run: Run, host: str) -> None:
    """Where the spec says neither account nor region, markers in capitals stand."""
    text = written(run, host, SPEC)
    assert "arn:aws:iam::ACCOUNT-ID:role/shop-pipelinegen-ci" in text
    assert "REGION" in text


@every_host
def test_no_branch_name_in_a_shell(host: str) -> None:
    """No text of GitHub's reaches a shell but through the environment; names are quoted there."""
    text = bundled.workflow(host)
    shell = re.findall(r"^ *(?:- )?run: (.*)$", text, re.MULTILINE)
    shell += re.findall(r"^ *- ((?:export|\(umask|python|pipelinegen sync).*)$", text, re.MULTILINE)
    assert shell
    assert not [line for line in shell if "${{" in line or "BRANCH_NAME" in line]
    for line in shell:
        for variable in re.finditer(r"\$\w+", line):
            assert line[variable.start() - 1] == line[variable.end()] == '"'


def test_github(run: Run) -> None:
    """Created and deleted branches and the clock; the role is only taken on the default branch."""
    workflow = loaded(run, "github")
    assert set(workflow["on"]) == {"create", "delete", "schedule", "workflow_dispatch"}
    created, sync = workflow["jobs"]["branch-created"], workflow["jobs"]["sync"]
    assert "github.event_name == 'create'" in created["if"]
    assert created["permissions"] == {"actions": "write"}
    assert created["steps"][0]["run"].endswith('--ref "$DEFAULT_BRANCH"')
    assert sync["if"] == "github.event_name != 'create'"
    assert sync["permissions"] == {"contents": "read", "id-token": "write"}
    assert [step["run"] for step in sync["steps"] if "run" in step] == [INSTALL, SYNC]
    assert workflow["permissions"] == {}


def test_gitlab(run: Run) -> None:
    """A new branch starts the default branch's pipeline, which alone takes the role."""
    jobs = loaded(run, "gitlab")
    created, sync = jobs["pipelinegen-branch-created"], jobs["pipelinegen-sync"]
    assert created["trigger"] == {"project": "$CI_PROJECT_PATH", "branch": "$CI_DEFAULT_BRANCH"}
    assert "id_tokens" in sync
    assert "id_tokens" not in created
    (rule,) = sync["rules"]
    assert rule["if"].startswith("$CI_COMMIT_BRANCH == $CI_DEFAULT_BRANCH")
    assert "schedule" in rule["if"]
    assert sync["script"][-1] == SYNC


def test_bitbucket(run: Run) -> None:
    """A pipeline for schedules; no push of any branch runs it."""
    pipelines = loaded(run, "bitbucket")["pipelines"]
    assert list(pipelines) == ["custom"]
    (step,) = pipelines["custom"]["pipelinegen-sync"]
    assert step["step"]["oidc"] == "true"
    assert step["step"]["script"][-1] == SYNC


def test_at_the_top_of_the_checkout(run: Run, tmp_path: Path, monkeypatch: Any) -> None:
    """The workflow goes where the host looks, and names the spec from there."""
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    folder = tmp_path / "deploy"
    folder.mkdir()
    monkeypatch.chdir(folder)
    (folder / "pipelinegen.yaml").write_text(SPEC)
    assert run("init", "--ci", "github").exit_code == 0
    text = (tmp_path / ".github" / "workflows" / "pipelinegen.yml").read_text()
    assert 'PIPELINEGEN_SPEC: "deploy/pipelinegen.yaml"' in text


def test_never_over_another(run: Run) -> None:
    """A workflow that is there stays, unless it is to be overwritten."""
    text = written(run, "github")
    path = Path(PLACES["github"].path)
    path.write_text("mine")
    done = run("init", "--ci", "github")
    assert done.exit_code == 5
    assert "overwrite it with --force" in done.stderr
    assert path.read_text() == "mine"
    assert run("init", "--ci", "github", "--force").exit_code == 0
    assert path.read_text() == text


@pytest.mark.parametrize("host", ["gitlab", "bitbucket"])
def test_leaves_the_pipeline_of_the_project_alone(run: Run, host: str) -> None:
    """A host with one file for all pipelines keeps that file; the talk says how to include ours."""
    own = {"gitlab": ".gitlab-ci.yml", "bitbucket": "bitbucket-pipelines.yml"}[host]
    Path(own).write_text("mine")
    Path("pipelinegen.yaml").write_text(SPEC)
    done = run("init", "--ci", host)
    assert Path(own).read_text() == "mine"
    assert own in done.stderr


def test_spec_with_errors(run: Run) -> None:
    Path("pipelinegen.yaml").write_text("pipeline: shop\n")
    done = run("init", "--ci", "github")
    assert (done.exit_code, done.stdout) == (1, "")
    assert not Path(".github").exists()


def test_path_that_a_shell_would_read(run: Run, monkeypatch: Any) -> None:
    """A path that a shell could take for more than a path is refused."""
    Path("a $(b).yaml").write_text(SPEC)
    monkeypatch.setenv("PIPELINEGEN_SPEC", "a $(b).yaml")
    done = run("init", "--ci", "bitbucket")
    assert done.exit_code == 2
    assert "cannot stand in a workflow" in done.stderr
