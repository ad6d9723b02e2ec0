"""One YAML spec in, one CloudFormation template out: a CodePipeline for every branch."""

__version__ = "0.1.0"
