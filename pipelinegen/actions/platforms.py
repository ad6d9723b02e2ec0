"""Deploy providers for managed platforms: Beanstalk, Service Catalog, AppConfig, Alexa.

https://docs.aws.amazon.com/codepipeline/latest/userguide/integrations-action-type.html
"""

from __future__ import annotations

from pipelinegen.actions._arns import pattern, regional
from pipelinegen.actions._keys import (
    choice,
    keys,
    pattern_text,
    secret,
    text,
)
from pipelinegen.actions.deploy import deploy_row, named
from pipelinegen.fragment import Context, Fragment, Statement
from pipelinegen.model import Action
from pipelinegen.provider import Bounds, Requirement
from pipelinegen.text import Text

_ANY = (Text.of("*"),)


def beanstalk(action: Action, context: Context) -> Fragment:
    """Elastic Beanstalk; AWS publishes no smaller set of rights than these services as a whole.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-Beanstalk.html
    """
    services: tuple[str, ...] = (
        "elasticbeanstalk",
        "ec2",
        "elasticloadbalancing",
        "autoscaling",
        "cloudwatch",
    )
    services += ("s3", "sns", "cloudformation", "rds", "sqs", "ecs")
    return Fragment(
        statements=(Statement("Beanstalk", tuple(f"{name}:*" for name in services), _ANY),)
    )


def service_catalog(action: Action, context: Context) -> Fragment:
    """A new version of a Service Catalog product.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-ServiceCatalog.html
    """
    (product,) = named(action, "product-id")
    calls: tuple[str, ...] = ("ListProvisioningArtifacts", "CreateProvisioningArtifact")
    calls += ("DescribeProvisioningArtifact", "DeleteProvisioningArtifact", "UpdateProduct")
    arn = regional(action, "catalog", "product/", product)
    return Fragment(
        statements=(
            Statement("ServiceCatalog", tuple(f"servicecatalog:{name}" for name in calls), (arn,)),
            # ValidateTemplate supports no resource ARN.
            Statement("ValidateTemplate", ("cloudformation:ValidateTemplate",), _ANY),
        )
    )


def appconfig(action: Action, context: Context) -> Fragment:
    """A configuration that AppConfig rolls out.

    https://docs.aws.amazon.com/codepipeline/latest/userguide/action-reference-AppConfig.html
    """
    (application,) = named(action, "application")
    whole = regional(action, "appconfig", "application/", application)
    parts = regional(action, "appconfig", "application/", application, "/*")
    strategy = pattern(action.text(action.body.get("deployment-strategy", "*")))
    strategies = regional(action, "appconfig", "deploymentstrategy/", strategy)
    follow = ("appconfig:GetDeployment", "appconfig:StopDeployment")
    return Fragment(
        statements=(
            Statement("AppConfigStart", ("appconfig:StartDeployment",), (whole, parts, strategies)),
            Statement("AppConfigFollow", follow, (whole, parts)),
        )
    )


BEANSTALK = deploy_row(
    "beanstalk",
    "ElasticBeanstalk",
    "action-reference-Beanstalk.html",
    keys=keys(ApplicationName=text(), EnvironmentName=text()),
    required=frozenset({"application-name", "environment-name"}),
    rib=beanstalk,
    description="Give it a role-arn of its own: the rights it needs are wide.",
)

SERVICE_CATALOG = deploy_row(
    "service-catalog",
    "ServiceCatalog",
    "action-reference-ServiceCatalog.html",
    keys=keys(
        ProductId=pattern_text("prod-[A-Za-z0-9]+", error="a product id looks like prod-abc123"),
        ConfigurationFilePath=text(),
        TemplateFilePath=text(),
        ProductVersionName=text(),
        ProductVersionDescription=text(),
        ProductType=choice("CLOUD_FORMATION_TEMPLATE"),
    ),
    required=frozenset({"product-id"}),
    requirements=(
        Requirement(
            {"template-file-path": None}, required=("product-version-name", "product-type")
        ),
        Requirement({"configuration-file-path": None}, absent=("template-file-path",)),
    ),
    one_of=(("configuration-file-path", "template-file-path"),),
    rib=service_catalog,
)

APPCONFIG = deploy_row(
    "appconfig",
    "AppConfig",
    "action-reference-AppConfig.html",
    keys=keys(
        Application=text(),
        Environment=text(),
        ConfigurationProfile=text(),
        InputArtifactConfigurationPath=text(),
        DeploymentStrategy=text(),
    ),
    required=frozenset(
        {
            "application",
            "environment",
            "configuration-profile",
            "input-artifact-configuration-path",
        }
    ),
    rib=appconfig,
)

ALEXA = deploy_row(
    "alexa",
    "AlexaSkillsKit",
    "action-reference-Alexa.html",
    owner="ThirdParty",
    inputs=Bounds(1, 2),
    cross_region=False,
    keys=keys(ClientId=text(), ClientSecret=secret(), RefreshToken=secret(), SkillId=text()),
    required=frozenset({"client-id", "client-secret", "refresh-token", "skill-id"}),
)
