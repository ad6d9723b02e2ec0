"""What is said of faults that come before any rule: in the bytes of a file and in its YAML.

Each text has the form of a rule's docstring.
"""

from __future__ import annotations

from collections.abc import Mapping

FORMS: Mapping[str, str] = {
    "file-too-large": """\
A spec has at most 1 MiB.

No pipeline comes near it; a file of that size is something else, or was put together by a program.
""",
    "not-utf8": """\
A spec is text in UTF-8, with or without a byte order mark.

The message names the first byte that is not. Editors can save a file again as UTF-8.
""",
    "forbidden-character": """\
Control characters and halves of surrogate pairs cannot stand in a spec, nor be written as escapes.

They are invisible, and CloudFormation does not take them either.

bad:
    pipeline: "shop\\0"
good:
    pipeline: shop
""",
    "tab-indentation": """\
A tab cannot indent YAML.

bad:
    stages:
    \t- stage: Build
good:
    stages:
      - stage: Build
        actions:
          - codebuild: {buildspec: buildspec.yml}
""",
    "yaml-syntax": """\
The file must be YAML.

The message repeats what the parser expected, and the second place is where the construct began.

bad:
    sources:
      - codecommit: {repository-name: shop
good:
    sources:
      - codecommit: {repository-name: shop}
""",
    "empty-file": """\
A spec needs at least pipeline, branches, sources and stages.

bad:
    # nothing but a comment
good:
    pipeline: shop
""",
    "several-documents": """\
One file holds one spec, so a second YAML document has no meaning.

bad:
    pipeline: shop
    ---
    pipeline: other
good:
    pipeline: shop
""",
    "duplicate-key": """\
A key stands once in a map.

YAML readers silently keep one of the two, and seldom the one that was meant.

bad:
    pipeline: shop
    pipeline: web
good:
    pipeline: shop
""",
    "merge-key": """\
Merge keys (`<<`) are not used: which key wins is hard to see.

An alias repeats a whole value; what differs is written out.

bad:
    stages:
      - stage: Build
        actions:
          - &build
            codebuild: {buildspec: buildspec.yml}
          - <<: *build
            action: Again
good:
    stages:
      - stage: Build
        actions:
          - codebuild: &build {buildspec: buildspec.yml}
          - action: Again
            codebuild: *build
""",
    "yaml-tag": """\
YAML tags such as `!Ref` and `!!binary` are not used.

References of the language say what they mean: `${param:X}`, `${resource:X}`, `${expr:X}`. Raw
CloudFormation under `template:` takes the long form, `Fn::GetAtt:`.

bad:
    sources:
      - codecommit: {repository-name: !Ref Repository}
good:
    parameters: {Repository: {}}
    sources:
      - codecommit: {repository-name: "${param:Repository}"}
""",
    "unknown-anchor": """\
An alias (`*name`) repeats a value that was marked with an anchor (`&name`) above it.

bad:
    sources:
      - codecommit: *shop
good:
    sources:
      - codecommit: &shop {repository-name: shop}
""",
    "alias-cycle": """\
A value cannot contain itself.

bad:
    sources: &all
      - codecommit: {repository-name: shop}
      - *all
good:
    sources:
      - codecommit: {repository-name: shop}
""",
    "nesting-too-deep": """\
A spec has at most 50 levels of lists and maps.

bad:
    tags:
      a: [[[[[[[[[[[[[[[[[[[[[[[[[
         [[[[[[[[[[[[[[[[[[[[[[[[[deep]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]
good:
    tags: {a: flat}
""",
    "too-many-nodes": """\
With all aliases expanded a spec has at most 100,000 nodes.

A few lines of aliases of aliases can otherwise stand for billions.

bad:
    patch:
      A: &a [x, x, x, x, x, x, x, x, x, x]
      B: &b [*a, *a, *a, *a, *a, *a, *a, *a, *a, *a]
      C: &c [*b, *b, *b, *b, *b, *b, *b, *b, *b, *b]
      D: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]
      E: [*d, *d, *d, *d, *d, *d, *d, *d, *d, *d]
good:
    patch: {RestartExecutionOnUpdate: true}
""",
    "comment-eats-text": """\
A space and `#` begin a comment in YAML, so ` #{…}` outside of quotes drops the rest of the line.

bad:
    stages:
      - stage: Release
        actions:
          - approval: {}
          - codebuild:
              env: {COMMIT: x}
              buildspec: Commit #{Source.CommitId}
good:
    stages:
      - stage: Release
        actions:
          - codebuild:
              env: {COMMIT: "Commit #{Source.CommitId}"}
""",
}
