"""CloudFormation and CodePipeline in memory, by hand, each call held against botocore's models."""
